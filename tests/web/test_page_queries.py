"""What a page asks of the database does not grow with the submissions of its form."""

import pytest

from tests.cast import Cast
from tests.desk.surveyed import publish_survey, send_households
from tests.queries import counted_queries
from tests.web.survey import FORM_ID

BASE = f"/projects/1/forms/{FORM_ID}"
# The most that each page may ask; a whole desk has a list, a submission and the counts.
PAGES = {
    f"{BASE}/review?state=all": 21,
    f"{BASE}/review?state=all&rule=constraint": 21,
    f"{BASE}/review?state=all&answer=%2Fhouse%2Froof%3Dleaf": 27,
    f"{BASE}/review?part=list&state=all": 11,
    f"{BASE}/review?part=counts&state=all": 9,
    f"{BASE}/table": 12,
    f"{BASE}/table?order=name": 12,
    f"{BASE}/map": 12,
    f"{BASE}/photos": 9,
    f"{BASE}/progress?days=90": 11,
    BASE: 14,
    f"{BASE}/data": 11,
    "/projects/1": 11,
    "/projects/1/team": 9,
    "/projects": 9,
}


@pytest.mark.parametrize(("page", "most"), PAGES.items())
def test_queries_stay_the_same(cast: Cast, page: str, most: int) -> None:
    publish_survey(cast)
    send_households(cast, 4)
    seen = []
    for more in (0, 8, 16):
        send_households(cast, more, first=100 + more)
        with counted_queries(cast.services) as queries:
            assert cast.bob.get(page).status_code == 200
        seen.append(len(queries))
    # The first time, what the form says is read as well.
    assert seen[1] == seen[2] <= most
