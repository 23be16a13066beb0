from tests.cast import Cast


def test_anybody_sees_the_start_page(cast: Cast) -> None:
    assert cast.nobody.get("/").status_code == 200
