"""Every cell of every file against a plain reading of the XML, for forms of all shapes."""

from collections.abc import Sequence

import pytest

from tests.cast import Cast
from tests.exports.every_cell import Compared, compare_csv, compare_xlsx, worst
from tests.exports.plain_walk import PlainForm
from tests.exports.random_forms import RandomForm
from tests.factories import new_id, publish, send

SUBMISSIONS = 10


def files(cast: Cast, form_id: str) -> dict[str, bytes]:
    path = f"/v1/projects/1/forms/{form_id}"
    addresses = {"central": f"{path}/submissions.csv.zip"} | {
        name: f"{path}/exports/{name}" for name in ("csv.zip", "excel-csv", "xlsx")
    }
    answers = {name: cast.vy.get(address) for name, address in addresses.items()}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {name: answer.data for name, answer in answers.items()}


def compare(form: PlainForm, newest_first: Sequence[bytes], content: dict[str, bytes]) -> dict[str, Compared]:
    return {
        "central": compare_csv(form, newest_first, content["central"], has_mark=False),
        "csv.zip": compare_csv(form, newest_first, content["csv.zip"], has_mark=False),
        "excel-csv": compare_csv(form, newest_first, content["excel-csv"], has_mark=True),
        "xlsx": compare_xlsx(form, newest_first, content["xlsx"]),
    }


@pytest.mark.parametrize("seed", range(1, 11))
def test_every_cell_is_what_the_phone_sent(cast: Cast, seed: int) -> None:
    form = RandomForm(seed)
    publish(cast.bob, form.xml())
    sent = [form.submission(new_id()) for _ in range(SUBMISSIONS)]
    for xml in sent:
        assert send(cast.chi, xml).status_code == 201

    compared = compare(PlainForm(form.xml()), sent[::-1], files(cast, form.form_id))

    assert {name: list(worst(found)) for name, found in compared.items()} == {name: [] for name in compared}
    assert min(found.cells for found in compared.values()) > 100
