"""The bundles for browsers: made once for each state of their sources, and never a reason for an installation to fail."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from server.web.frontend import build
from tests.imports import ROOT
from tests.services import require

FRONTEND = ROOT / "server" / "web" / "frontend"


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of our own for sources and bundles; node and npm are programs that note what they are called for."""
    folder = tmp_path / "web" / "frontend"
    folder.mkdir(parents=True)
    (folder / "package-lock.json").write_text("{}")
    (folder / "fill.js").write_text("1")
    for name, value in {
        "SOURCES": folder,
        "BUILT": tmp_path / "dist",
        "STAMP": tmp_path / "dist" / "stamp.txt",
        "NOT_BUILT": tmp_path / "dist" / "not-built.txt",
    }.items():
        monkeypatch.setattr(build, name, value)
    return folder


def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, npm: str = "mkdir -p node_modules") -> Path:
    """A PATH with a node and an npm; what they were called with stands in the file that this gives."""
    programs, calls = tmp_path / "bin", tmp_path / "calls"
    programs.mkdir()
    node = f'[ "$1" = --version ] && echo v22.1.0 && exit\necho node >> {calls}\nmkdir -p "$2"'
    for name, script in {"node": node, "npm": f"echo npm >> {calls}\n{npm}"}.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin")
    calls.touch()
    return calls


def test_nothing_is_built_twice(sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = machine(tmp_path, monkeypatch)

    build.build_if_due()
    build.build_if_due()

    assert build.is_fresh()
    assert calls.read_text().split() == ["npm", "node"]


def test_a_changed_source_is_built_without_fetching_packages(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = machine(tmp_path, monkeypatch)
    build.build_if_due()

    (sources / "fill.js").write_text("2")

    assert not build.is_fresh()
    build.build_if_due()
    assert calls.read_text().split() == ["npm", "node", "node"]


def test_an_unreachable_registry_leaves_its_words(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine(tmp_path, monkeypatch, npm="echo npm error network >&2; exit 1")

    assert build.main([]) == 1
    assert build.main(["--tell"]) == 1
    assert capsys.readouterr().err.count("network") == 2
    assert not build.is_fresh()


def test_a_build_takes_the_words_about_a_failed_one_away(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(tmp_path, monkeypatch)
    build.NOT_BUILT.parent.mkdir()
    build.NOT_BUILT.write_text("no network")

    assert build.main([]) == 0
    assert build.main(["--tell"]) == 0


def test_the_lockfile_names_no_registry_and_pins_what_is_asked_for() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    asked = json.loads((FRONTEND / "package.json").read_text())["dependencies"]

    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    assert [name for name, package in lock["packages"].items() if name and "integrity" not in package] == []
    assert {name: lock["packages"][f"node_modules/{name}"]["version"] for name in asked} == asked


def test_the_installation_bundled_the_scripts() -> None:
    folder = ROOT / "server" / "web" / "static" / "dist"

    for name in json.loads((folder / "manifest.json").read_text()).values():
        assert (folder / name).is_file()
        assert (folder / f"{name}.gz").is_file()


def test_the_colours_of_a_cluster_add_up_to_its_points() -> None:
    require(shutil.which("node") is not None, "there is no node")
    require((FRONTEND / "node_modules" / "supercluster").is_dir(), "the packages of the frontend are not installed")
    script = """
      import { clustersOf } from './src/map_clusters.js'
      const points = Array.from({ length: 4000 }, (_, n) => ({ lon: 106 + n % 61 / 50, lat: 21 + n % 67 / 50, hue: n % 4 }))
      const index = clustersOf(points, 4)
      const found = [3, 6, 8, 10].map(zoom => index.getClusters([-180, -85, 180, 85], zoom).filter(one => one.properties.cluster))
      const sums = found.flat().map(({ properties }) => [properties.counts, properties.point_count])
      console.log(JSON.stringify(sums))
    """
    told = subprocess.run(
        ["node", "--input-type=module", "--eval", script],
        cwd=FRONTEND, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    sums = json.loads(told.stdout)

    assert len(sums) > 10
    assert sums[0] == [[1000, 1000, 1000, 1000], 4000]
    assert [sum(counts) for counts, _ in sums] == [count for _, count in sums]
