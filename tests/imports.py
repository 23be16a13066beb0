"""The import map: which part of the server may know which other, and where each library of others comes in."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
# From top to bottom: a part may import itself and what stands below it. The last two parts are pure and may be
# imported by all, but stand on nothing of ours (xform may use xpath).
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"app", "cli", "daily", "first_start", "job_handlers", "publish_files"}),
    frozenset({"openrosa", "api", "web"}),
    frozenset({"http"}),
    frozenset({"exports", "purge", "backup", "server_log", "desk", "base_map"}),
    frozenset({"entities"}),
    frozenset({"submissions"}),
    frozenset({"forms"}),
    frozenset({"accounts"}),
    frozenset(
        {
            "audit",
            "blobs",
            "permissions",
            "storage",
            "db",
            "errors",
            "config",
            "content_types",
            "migrate",
            "mail",
            "encryption",
            "chores",
            "site_settings",
            "jobs",
        }
    ),
    frozenset({"xform"}),
    frozenset({"xpath"}),
)
# Edges do not know one another; the parts of all other layers may.
EDGES = frozenset({"openrosa", "api", "web"})
PURE = frozenset({"xform", "xpath"})
_WIRING = ("server.app", "server.cli")
_EDGE_MODULES = (*_WIRING, "server.http", "server.openrosa", "server.api", "server.web")
# Each library and the modules that may import it.
DOORS: dict[str, tuple[str, ...]] = {
    "PIL": ("server.desk.pictures",),
    "alembic": ("server.migrate",),
    "apispec": ("server.http.openapi",),
    "argon2": ("server.accounts.passwords",),
    "babel": ("server.web",),
    "boto3": ("server.storage.s3",),
    "botocore": ("server.storage.s3",),
    "click": ("server.cli",),
    "cryptography": ("server.encryption", "server.backup.sealed", "server.accounts.authenticator"),
    "flask": _EDGE_MODULES,
    "flask_babel": ("server.web.words",),
    "gunicorn": ("server.cli",),
    "hatchling": ("server.web.frontend.hatch_build",),
    "jinja2": ("server.exports.codebook.page",),
    "lxml": ("server.xform", "server.openrosa", "server.submissions.arrival", "server.submissions.checking"),
    "marshmallow": ("server.api", "server.http"),
    "multipart": ("server.openrosa.multipart",),
    "mypy_boto3_s3": ("server.storage.s3",),
    "orjson": ("server",),
    "pyarrow": ("server.exports.parquet",),
    "pyxform": ("server.forms.convert",),
    "regex": ("server.xpath",),
    "segno": ("server.accounts", "server.api", "server.web", "server.cli"),
    "sqlalchemy": tuple(f"server.{part}" for layer in LAYERS[:9] for part in layer),
    "types_boto3_s3": ("server.storage.s3",),
    "werkzeug": _EDGE_MODULES,
    "xlrd": ("server.forms.convert",),
    "xlsxwriter": ("server.exports.xlsx_frame",),
    "zipstream": ("server.exports", "server.backup"),
    "zxcvbn_rs_py": ("server.accounts.passwords",),
}


def modules() -> dict[str, str]:
    """Each module of the server by name, with its source."""
    found = {}
    for path in (ROOT / "server").rglob("*.py"):
        if "node_modules" in path.parts:
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path.read_text()
    return found


def forbidden_imports(module: str, source: str) -> list[str]:
    """What this module may not import, each with the reason."""
    part = [*module.split("."), ""][1]
    if part and part not in frozenset().union(*LAYERS):
        return [f"{module} belongs to no layer: give {part} its place in LAYERS"]
    faults = [_fault(module, part, name) for name in sorted(_imported(ast.parse(source)))]
    return [f"{module}: {fault}" for fault in faults if fault]


def _imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            names |= _from(node)
    return names


def _from(node: ast.ImportFrom) -> set[str]:
    """`from server import audit` names a part, `from server.audit import record` names it already."""
    base = str(node.module)
    return {f"server.{alias.name}" for alias in node.names} if base == "server" else {base}


def _fault(module: str, part: str, name: str) -> str:
    top, _, rest = name.partition(".")
    if top == "server":
        return _inner_fault(part, rest.partition(".")[0])
    if top in sys.stdlib_module_names:
        return ""
    if top not in DOORS:
        return f"{name} has no door: say in DOORS which modules may import it"
    is_allowed = any(module == door or module.startswith(f"{door}.") for door in DOORS[top])
    return "" if is_allowed else f"{name} comes in through {', '.join(DOORS[top])}"


def _inner_fault(part: str, other: str) -> str:
    if part == other or not part:
        return ""
    if part in EDGES and other in EDGES:
        return f"{part} and {other} are both edges"
    if _layer(other) < _layer(part):
        return f"{other} stands above {part}"
    return ""


def _layer(part: str) -> int:
    return next((number for number, layer in enumerate(LAYERS) if part in layer), len(LAYERS))
