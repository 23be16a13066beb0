"""Check a form when it is uploaded, before a phone meets its faults.

ODK Validate only runs what a blank form runs; this looks at every expression. The findings have the path of the node
and the name of the attribute as rule. None of them keeps a form from being published: that is for the caller to say.
"""

from collections.abc import Mapping

from server.xform import rules_document, rules_expressions, rules_files, rules_graph, rules_lists, rules_structure
from server.xform.document import parse_document
from server.xform.findings import Finding, Level
from server.xform.form_compiler import FormStructureError, compile_form
from server.xform.table_files import TableSource


def check_form(xml: bytes, files: Mapping[str, TableSource]) -> list[Finding]:
    """All findings of a form; `files` are the attachments that are there so far."""
    try:
        model = compile_form(xml, files)
    except FormStructureError as error:
        return [Finding(error.code, Level.ERROR, "", "", "structure", error.message)]
    document = parse_document(xml)
    findings = [
        *rules_document.check(model, document),
        *rules_structure.check(model),
        *rules_expressions.check(model, document),
        *rules_lists.check(model),
        *rules_files.check(model),
        *rules_graph.check(model),
    ]
    unique = {(finding.path, finding.rule, finding.code, finding.offset): finding for finding in findings}
    return list(unique.values())
