"""Forms for these tests: Markdown tables as an author would write them, or XML where pyxform would not."""

from pyxform.xls2xform import convert

from server.xform.definition import FormDefinition, parse_form

_FORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"
  xmlns:odk="http://www.opendatakit.org/xforms" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <h:head><h:title>T</h:title><model>{model}</model></h:head><h:body>{body}</h:body></h:html>"""


def xlsform(table: str) -> FormDefinition:
    """Return the definition of a form that is written as a Markdown table."""
    return parse_form(convert(xlsform=table, file_type=".md").xform.encode())


def xform(model: str, body: str = "") -> FormDefinition:
    """Return the definition of a form with this content in its model and its body."""
    return parse_form(_FORM.format(model=model, body=body).encode())
