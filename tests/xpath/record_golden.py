"""Record the golden files again from JavaRosa.

    python -m tests.xpath.record_golden DRIVER [FILE.tsv ...]

DRIVER is a program around JavaRosa (it is in the ODK_Validate.jar that pyxform carries) which understands

    DRIVER eval --form FORM.xml --submission SUBMISSION.xml --tz ZONE CASES.tsv

and prints one line `type TAB value` for each line `context TAB expression` of CASES.tsv. Without files all of
golden/*.tsv are recorded; only the last two of their four columns change. Nothing here runs in the tests.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"
ZONE = "Asia/Bangkok"


def record(driver: str, golden: Path) -> None:
    cases = ["\t".join(line.split("\t")[:2]) for line in golden.read_text("utf-8").splitlines()]
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as file:
        file.write("\n".join(cases) + "\n")
        file.flush()
        command = [driver, "eval", "--form", "form.xml", "--submission", "submission.xml", "--tz", ZONE, file.name]
        done = subprocess.run(command, cwd=GOLDEN, check=True, capture_output=True, text=True)
    answers = done.stdout.splitlines()
    lines = [f"{case}\t{answer}" for case, answer in zip(cases, answers, strict=True)]
    golden.write_text("\n".join(lines) + "\n", "utf-8")


def main(arguments: list[str]) -> int:
    if not arguments:
        sys.stderr.write(__doc__ or "")
        return 2
    driver, *files = arguments
    for golden in map(Path, files) if files else sorted(GOLDEN.glob("*.tsv")):
        record(driver, golden)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
