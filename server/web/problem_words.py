"""What went wrong in words for people: by the status, a heading and what to do next."""

from typing import Final

# Each also stands in words_vi.
WORDS: Final[dict[int, tuple[str, str]]] = {
    400: ("This cannot be used", "Go back, correct what you entered, and send it again."),
    401: ("You are signed in no longer", "Sign in in another tab, come back here, load the page and send it again."),
    403: ("You may not do this", "Ask an administrator for a role with this right, or sign in as somebody else."),
    404: ("Not here", "The address is wrong, or what was here has been deleted. Begin at the list of projects."),
    405: ("Not here", "The address is wrong, or what was here has been deleted. Begin at the list of projects."),
    409: ("Something has changed meanwhile", "Go back, load the page again, and look before you decide."),
    413: ("Too large", "The server does not take a file of this size. Make it smaller and send it again."),
    415: ("This kind of file is not taken", "Choose a file of another kind and send it again."),
    429: ("Too many attempts", "Wait for some minutes, then try again."),
    500: (
        "The server failed",
        "Nothing was changed. Try again; if it fails again, send the details below to your administrator.",
    ),
    501: ("The server cannot do this", "Ask your administrator for another way."),
    503: ("The server cannot reach its storage", "Nothing was changed. Try again in a minute."),
}
OTHER: Final = (
    "That did not work",
    "Try again. If it happens again, send the details below to your administrator.",
)


def words_of(status: int) -> tuple[str, str]:
    return WORDS.get(status, OTHER)
