"""Small changes to a sound form, each with what ODK Validate says of the result.

`python -m tests.xform.validate_cases` asks ODK Validate again, which comes with pyxform and needs Java, and writes its
verdicts down; the tests read them.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pyxform

FOLDER = Path(__file__).parent / "validate"
CASES = FOLDER / "cases.jsonl"


@dataclass(frozen=True)
class Case:
    """`changes` are pairs of a text in the sound form and what stands there instead."""

    name: str
    refused: bool
    changes: list[tuple[str, str]]

    def xml(self) -> bytes:
        text = (FOLDER / "base.xml").read_text(encoding="utf-8")
        for old, new in self.changes:
            assert old in text, f"{self.name}: the sound form has no {old}"
            text = text.replace(old, new)
        return text.encode()


def cases() -> list[Case]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [Case(**json.loads(line)) for line in lines]


def _is_refused(case: Case) -> bool:
    jar = next(Path(pyxform.__file__).parent.rglob("ODK_Validate.jar"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xml"
        path.write_bytes(case.xml())
        command = ["java", "-Djava.awt.headless=true", "-jar", str(jar), "--fail-fast", str(path)]
        return subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL).returncode != 0


def main() -> None:
    judged = [{"name": case.name, "refused": _is_refused(case), "changes": case.changes} for case in cases()]
    CASES.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in judged), encoding="utf-8")
    sys.stdout.write(f"{sum(bool(case['refused']) for case in judged)} of {len(judged)} are refused\n")


if __name__ == "__main__":
    main()
