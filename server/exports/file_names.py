"""What the files in an export are called: the form, and the way to the repeat that the file is about."""

from server.exports.archive import member_name
from server.exports.plan import ExportPlan


def table_file(export: ExportPlan, path: str, extension: str) -> str:
    part = member_name(path.strip("/").replace("/", "-"))
    return f"{export.name}-{part}.{extension}" if path else f"{export.name}.{extension}"
