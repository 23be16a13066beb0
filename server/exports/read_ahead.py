"""Read the next page of an export while the one before it is written."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Page = TypeVar("Page")


def read_ahead(pages: Iterator[Page]) -> Generator[Page]:
    """The same pages, each fetched by a thread as soon as the one before was handed out.

    So the database works while Python writes rows. Whatever `pages` reads from, such as a session, is the thread's
    until the last page is out; who stops before waits for the page that is being fetched.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead") as reader:
        coming = reader.submit(next, pages, None)
        while (page := coming.result()) is not None:
            coming = reader.submit(next, pages, None)
            yield page
