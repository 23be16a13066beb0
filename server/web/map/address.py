"""What the address of a map says: the filter of the review desk, the questions for places and for colours."""

from typing import Final

from werkzeug.datastructures import MultiDict

from server.desk.places import Sight, read_sight
from server.web.review.address import ALL, Address, read_address, read_key
from server.web.shell import FORM
from server.xform.definition import FormDefinition

MAP: Final = f"{FORM}/map"
# As many as a list beside a map shows at once; their numbers go into an address.
MOST_NAMED: Final = 100


def read_map_address(args: MultiDict[str, str]) -> Address:
    """A map shows every state where none is named."""
    return read_address(args, "place", "colour", first_state=ALL)


def sight_of(definition: FormDefinition, address: Address) -> Sight:
    return read_sight(definition.fields, address.given.get("place"), address.given.get("colour"))


def named_numbers(text: str | None) -> list[int] | None:
    """The numbers of the submissions that a list is asked for; None when it is asked for no ones in particular."""
    if text is None:
        return None
    found = (read_key(part) for part in text.split(",")[:MOST_NAMED])
    return [number for number in found if number is not None]
