"""What is missing in a browser, for people."""

from collections.abc import Mapping
from typing import Final

from server.xform.browser_gaps import Gap

GAP_WORDS: Final[Mapping[Gap, str]] = {
    "audio": "Sound cannot be recorded or added in the browser; the question stays without an answer.",
    "video": "Videos cannot be made or added in the browser; the question stays without an answer.",
    "file": "Files cannot be added in the browser; the question stays without an answer.",
    "drawing": "Nobody can draw or sign in the browser; a picture can be added instead.",
    "barcode": "The browser reads no barcodes; the number is typed.",
    "list": "The browser does not offer the choices of an external list; the value is typed.",
    "moment": "Date and time are typed as text in the browser.",
    "calendar": "The browser shows a plain calendar with whole dates.",
    "app": "The browser opens no other app; the answer is typed.",
    "recording": "The browser records no sound in the background.",
    "audit": "The browser keeps no log of how the form was filled in.",
}
