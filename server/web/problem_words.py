"""What went wrong in words for people: by the status, a heading and what to do next."""

from typing import Final

from server.web.words import N_

WORDS: Final[dict[int, tuple[str, str]]] = {
    400: (N_("This cannot be used"), N_("Go back, correct what you entered, and send it again.")),
    401: (
        N_("You are signed in no longer"),
        N_("Sign in in another tab, come back here, load the page and send it again."),
    ),
    403: (
        N_("You may not do this"),
        N_("Ask an administrator for a role with this right, or sign in as somebody else."),
    ),
    404: (
        N_("Not here"),
        N_("The address is wrong, or what was here has been deleted. Begin at the list of projects."),
    ),
    405: (
        N_("Not here"),
        N_("The address is wrong, or what was here has been deleted. Begin at the list of projects."),
    ),
    409: (N_("Something has changed meanwhile"), N_("Go back, load the page again, and look before you decide.")),
    413: (N_("Too large"), N_("The server does not take a file of this size. Make it smaller and send it again.")),
    415: (N_("This kind of file is not taken"), N_("Choose a file of another kind and send it again.")),
    429: (N_("Too many attempts"), N_("Wait for some minutes, then try again.")),
    500: (
        N_("The server failed"),
        N_("Nothing was changed. Try again; if it fails again, send the details below to your administrator."),
    ),
    501: (N_("The server cannot do this"), N_("Ask your administrator for another way.")),
    503: (N_("The server cannot reach its storage"), N_("Nothing was changed. Try again in a minute.")),
}
OTHER: Final = (
    N_("That did not work"),
    N_("Try again. If it happens again, send the details below to your administrator."),
)


def words_of(status: int) -> tuple[str, str]:
    return WORDS.get(status, OTHER)
