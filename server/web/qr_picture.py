"""QR codes that stand in a page itself: nobody else gets to see what they hold."""

import base64

from server.accounts.settings_code import qr_svg


def qr_picture(text: str) -> str:
    """The code of a text, as the address of a picture."""
    return f"data:image/svg+xml;base64,{base64.b64encode(qr_svg(text)).decode()}"
