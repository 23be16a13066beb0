import hashlib
import threading
from datetime import timedelta

from sqlalchemy import select, update

from server.blobs import Blob, record_blob
from server.db import utc_now
from server.http.call import Services
from server.purge.objects import Sweep
from tests.at_once import again
from tests.cast import Cast
from tests.factories import household, new_id, publish, send
from tests.kept import file_of, item

PHOTO = b"a photo"
SHA256 = hashlib.sha256(PHOTO).hexdigest()


def sweep(services: Services, days: float) -> int:
    return Sweep(services.database, services.storage, utc_now() + timedelta(days=days)).run()


def stored(services: Services) -> list[str]:
    return sorted(name for name, _ in services.storage.objects())


def put(services: Services, content: bytes) -> None:
    with services.storage.stage() as staged:
        staged.write(content)
        staged.finish()
        services.storage.put(staged)


def photo_sent(cast: Cast) -> str:
    publish(cast.bob)
    send(cast.chi, household(instance_id := new_id(), photo="a.jpg"), ("a.jpg", PHOTO))
    return instance_id


def photo_let_go(cast: Cast) -> str:
    """A photo that came and was taken away from its submission."""
    instance_id = photo_sent(cast)
    cast.bob.delete(f"{item(instance_id)}/attachments/a.jpg")
    return instance_id


def test_an_object_goes_a_day_after_a_sweep_found_that_nothing_points_at_it(cast: Cast) -> None:
    photo_let_go(cast)

    assert [sweep(cast.services, day) for day in (1.1, 2.0, 2.2)] == [0, 0, 1]
    assert stored(cast.services) == []


def test_an_object_that_something_points_at_stays(cast: Cast) -> None:
    instance_id = photo_sent(cast)

    assert [sweep(cast.services, day) for day in (2, 4, 6)] == [0, 0, 0]
    assert file_of(cast.bob, instance_id, "a.jpg") == PHOTO


def test_a_young_object_is_not_even_marked(cast: Cast) -> None:
    photo_let_go(cast)

    assert [sweep(cast.services, day) for day in (0.5, 1.6)] == [0, 0]
    assert stored(cast.services) == [SHA256]


def test_what_is_wanted_again_is_no_longer_marked(cast: Cast) -> None:
    instance_id = photo_let_go(cast)
    sweep(cast.services, 1.1)
    cast.bob.post(f"{item(instance_id)}/attachments/a.jpg", data=PHOTO)

    assert [sweep(cast.services, day) for day in (3, 5)] == [0, 0]
    assert file_of(cast.bob, instance_id, "a.jpg") == PHOTO


def test_what_was_marked_and_is_pointed_at_is_unmarked(cast: Cast) -> None:
    photo_sent(cast)
    with cast.services.database.write() as session:
        session.execute(update(Blob).values(unmentioned_since=utc_now()))

    assert sweep(cast.services, 9) == 0

    with cast.services.database.read() as session:
        assert session.scalars(select(Blob.unmentioned_since)).all() == [None]


def test_content_that_was_swept_away_may_come_again(cast: Cast) -> None:
    instance_id = photo_let_go(cast)
    sweep(cast.services, 1.1)
    sweep(cast.services, 2.2)

    cast.bob.post(f"{item(instance_id)}/attachments/a.jpg", data=PHOTO)

    assert file_of(cast.bob, instance_id, "a.jpg") == PHOTO
    assert sweep(cast.services, 9) == 0


def test_an_object_that_never_got_a_row_goes_after_a_day(cast: Cast) -> None:
    put(cast.services, PHOTO)

    assert sweep(cast.services, 0.9) == 0
    assert sweep(cast.services, 1.1) == 1
    assert stored(cast.services) == []
    assert sweep(cast.services, 9) == 0


def test_what_a_failed_upload_put_again_after_a_sweep_goes_too(cast: Cast) -> None:
    put(cast.services, PHOTO)
    sweep(cast.services, 1.1)
    put(cast.services, PHOTO)

    assert sweep(cast.services, 1.1) == 1
    assert stored(cast.services) == []


def test_a_count_changes_nothing(cast: Cast) -> None:
    photo_let_go(cast)
    put(cast.services, b"a stray")
    sweep(cast.services, 1.1)
    put(cast.services, b"another stray")

    later = Sweep(cast.services.database, cast.services.storage, utc_now() + timedelta(days=2.2))

    assert [later.count(), later.count(), later.run()] == [2, 2, 2]


def test_a_sweep_between_put_and_row_loses_nothing(cast: Cast) -> None:
    """The object is put, the sweep removes it, and only then is its row written."""
    photo_let_go(cast)
    sweep(cast.services, 1.1)
    services = cast.services
    with services.storage.stage() as staged:
        staged.write(PHOTO)
        staged.finish()
        services.storage.put(staged)

        assert sweep(services, 2.2) == 1

        with services.database.write() as session:
            record_blob(session, staged)
    assert stored(services) == [SHA256]


def test_sweeping_while_the_same_photos_arrive_loses_none(cast: Cast) -> None:
    """Each round lets a photo go and brings it again from two phones, with sweeps of the far future in between."""
    publish(cast.bob)
    services, is_over = cast.services, threading.Event()

    def sweep_all_the_time() -> None:
        day = 1
        while not is_over.is_set():
            day += 2
            sweep(services, day)

    def send_photos(sent: list[str]) -> None:
        bob, chi = again(cast.bob), again(cast.chi)
        for number in range(12):
            instance_id = new_id()
            photo = b"one of three photos %d" % (number % 3)
            assert send(chi, household(instance_id, photo="a.jpg"), ("a.jpg", photo)).status_code == 201
            assert file_of(bob, instance_id, "a.jpg") == photo
            bob.delete(f"{item(instance_id)}/attachments/a.jpg")
            sent.append(instance_id)

    sent: list[str] = []
    threads = [threading.Thread(target=send_photos, args=[sent]) for _ in range(2)]
    sweeper = threading.Thread(target=sweep_all_the_time)
    for thread in (*threads, sweeper):
        thread.start()
    for thread in threads:
        thread.join()
    is_over.set()
    sweeper.join()

    assert len(sent) == 24
