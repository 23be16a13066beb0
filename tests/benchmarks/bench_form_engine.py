"""What the form engine costs, as a multiple of parsing the submission's XML: one thread, CPU time, the best of many.

`python -m tests.benchmarks.bench_form_engine`
"""

import gc
import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping
from datetime import timedelta, timezone
from functools import partial

from lxml import etree

from server.xform.check import check_submission
from server.xform.document import parse_document
from server.xform.findings import Finding
from server.xform.form_compiler import compile_form
from server.xform.model import FormModel
from server.xform.table_cache import shared_tables
from server.xform.table_files import TableSource
from server.xpath.parser import forget_parsed
from tests.benchmarks.rules_form import files, form_xml, submission_xml

_ZONE = timezone(timedelta(hours=7))
_LONG_LIST = 100_000
_MICRO, _MILLI = 1e6, 1e3


def _best(work: Callable[[], object], times: int) -> float:
    """Seconds of CPU."""
    best = float("inf")
    for _ in range(times):
        begun = time.thread_time()
        work()
        best = min(best, time.thread_time() - begun)
    return best


def _compile_cold(xml: bytes, attached: Mapping[str, TableSource]) -> FormModel:
    forget_parsed()
    return compile_form(xml, attached)


def _check(model: FormModel, submission: bytes) -> list[Finding]:
    return check_submission(model, parse_document(submission), zone=_ZONE, client="collect")


def main() -> None:
    xml, submission, attached = form_xml(), submission_xml(), files()
    model = compile_form(xml, attached)
    if _check(model, submission):
        raise SystemExit("the benchmark's submission is meant to have no findings")
    # As the server does before it forks: what was there before is not looked through again and again.
    gc.collect()
    gc.freeze()
    parsing = _best(partial(etree.fromstring, submission), 2000)
    sys.stdout.write("\nForm engine: 200 questions, 210 expressions, 35 lists of choices\n")
    _tell("parse the submission", parsing, parsing)
    _tell("compile the form, nothing known", _best(partial(_compile_cold, xml, attached), 40), parsing)
    _tell("compile the form's next version", _best(partial(compile_form, xml, attached), 40), parsing)
    _tell("check the submission, XML to findings", _best(partial(_check, model, submission), 200), parsing)
    few, many = (_best(partial(_check, model, submission_xml(members)), 10) for members in (50, 500))
    _tell("check one of 50 household members", few, parsing)
    _tell("check one of 500 household members", many, parsing)
    _membership()


def _tell(what: str, seconds: float, parsing: float) -> None:
    sys.stdout.write(f"  {what:<40} {seconds * _MILLI:8.3f} ms   x{seconds / parsing:.1f}\n")


def _membership() -> None:
    """How long a value is looked for in a list of 100,000 rows, and how much memory the list keeps."""
    source = files(_LONG_LIST)["villages.csv"]
    tracemalloc.start()
    table = shared_tables.table(source)
    names = ("root", "item")
    table.find(names, "name", "v1")
    kept = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    seconds = _best(lambda: table.find(names, "name", "v77777"), 2000)
    sys.stdout.write(
        f"  find a value in {_LONG_LIST:,} rows {seconds * _MICRO:26.1f} µs   {kept:.1f} MB kept in memory\n"
    )


if __name__ == "__main__":
    main()
