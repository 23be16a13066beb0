"""Submissions that were there before the review desk are found by their names, too."""

from importlib.util import module_from_spec, spec_from_file_location

import pytest

from server.migrate import MIGRATIONS
from server.submissions.search_terms import folded


@pytest.mark.parametrize("name", ["Nông Văn Đức", "ĐÀM  Thị  Hạnh", "Bế Bích Hòa", "straße", "  ", "Ứng Ượng"])
def test_the_migration_folds_names_as_the_intake_does(name: str) -> None:
    spec = spec_from_file_location("review_desk", MIGRATIONS / "versions" / "0004_review_desk.py")
    assert spec is not None
    assert spec.loader is not None
    migration = module_from_spec(spec)
    spec.loader.exec_module(migration)
    assert migration._folded(name) == folded(name)


def test_folded_names_are_plain_letters() -> None:
    assert folded("ĐÀM  Thị Hạnh") == "dam thi hanh"
