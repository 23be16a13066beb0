"""The hook by which an installation bundles the browser sources, editable ones too."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def _sibling(name: str) -> ModuleType:
    """`build.py` beside this file: the package around it cannot be imported before it is installed."""
    spec = importlib.util.spec_from_file_location(f"transect_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_build = _sibling("build")


class FrontendHook(BuildHookInterface[Any]):  # type: ignore[misc]  # hatchling is there only while one installs
    """Asks for Node only when there is something to build and the machine has none."""

    def dependencies(self) -> list[str]:
        return [] if _build.is_fresh() or _build.has_node() else [_build.NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Never fails: a server without these pages is better than none."""
        del version, build_data
        try:
            _build.build_if_due()
        except _build.NotBuilt as reason:
            self.app.display_warning(f"The pages for filling in forms are not built: {reason}")
