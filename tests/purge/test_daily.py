from datetime import timedelta

from sqlalchemy import select

from server.accounts.models import SignIn
from server.chores import claim
from server.daily import CHORE, DailyPurge
from server.db import utc_now
from tests.at_once import at_once
from tests.cast import Cast

DAY = timedelta(days=1)
NOW = timedelta(0)


def let_sessions_expire(cast: Cast) -> None:
    with cast.services.database.write() as session:
        for found in session.scalars(select(SignIn)):
            found.expires_at = utc_now() - DAY


def sessions(cast: Cast) -> int:
    with cast.services.database.read() as session:
        return len(session.scalars(select(SignIn.id)).all())


def test_of_many_that_want_a_chore_one_gets_it(cast: Cast) -> None:
    got = at_once(*[lambda: claim(cast.services.database, "sweep the floor", DAY)] * 6)

    assert sorted(got) == [False] * 5 + [True]


def test_a_chore_comes_round_again(cast: Cast) -> None:
    database = cast.services.database

    assert [claim(database, "a", DAY), claim(database, "a", DAY), claim(database, "b", DAY)] == [True, False, True]
    assert claim(database, "a", timedelta(0))


def test_the_purge_runs_beside_a_request_once_a_day(cast: Cast) -> None:
    let_sessions_expire(cast)
    first, second = DailyPurge(NOW), DailyPurge(NOW)

    thread = first.look(cast.services)
    assert thread is not None
    thread.join()
    assert sessions(cast) == 0

    again = second.look(cast.services)
    assert again is not None
    again.join()
    assert claim(cast.services.database, CHORE, DAY) is False


def test_a_process_looks_once_an_hour(cast: Cast) -> None:
    daily = DailyPurge(NOW)
    thread = daily.look(cast.services)
    assert thread is not None
    thread.join()

    assert daily.look(cast.services) is None


def test_a_server_that_has_just_started_leaves_it(cast: Cast) -> None:
    assert DailyPurge().look(cast.services) is None
