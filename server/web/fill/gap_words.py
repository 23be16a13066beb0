"""What is missing in a browser, for people."""

from collections.abc import Mapping
from typing import Final

from server.web.words import N_
from server.xform.browser_gaps import Gap

GAP_WORDS: Final[Mapping[Gap, str]] = {
    "audio": N_("Sound cannot be recorded or added in the browser; the question stays without an answer."),
    "video": N_("Videos cannot be made or added in the browser; the question stays without an answer."),
    "file": N_("Files cannot be added in the browser; the question stays without an answer."),
    "drawing": N_("Nobody can draw or sign in the browser; a picture can be added instead."),
    "barcode": N_("The browser reads no barcodes; the number is typed."),
    "list": N_("The browser does not offer the choices of an external list; the value is typed."),
    "moment": N_("Date and time are typed as text in the browser."),
    "calendar": N_("The browser shows a plain calendar with whole dates."),
    "app": N_("The browser opens no other app; the answer is typed."),
    "recording": N_("The browser records no sound in the background."),
    "audit": N_("The browser keeps no log of how the form was filled in."),
}
