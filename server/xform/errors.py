"""The two ways in which an XML document can be of no use to us.

The messages are sentences for people; what is done about them is for the caller to decide.
"""


class DocumentError(ValueError):
    """The bytes are not an XML document that we take.

    `line` is where the parser gave up, counted from 1; None when the fault is not at one place.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        """Add the line to the message, so that it says where to look."""
        self.message = message if line is None else f"{message} (line {line})"
        self.line = line
        super().__init__(self.message)


class FormError(ValueError):
    """The document is no XForm that can be published; `message` says what is missing or wrong."""

    def __init__(self, message: str) -> None:
        """Keep the message as it is."""
        self.message = message
        super().__init__(message)
