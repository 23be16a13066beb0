"""Which names a file may have: one that a folder, a ZIP and a URL can hold as it is.

Phones make most names, but a file that somebody picked keeps its own, with whatever blanks and signs it has. So only
what cannot be a file's name is turned away.
"""

import unicodedata

# What the file systems of phones and servers allow.
MAX_BYTES = 255


def is_file_name(name: str) -> bool:
    """True for a name without folders and control characters."""
    return (
        0 < len(name.encode("utf-8", "replace")) <= MAX_BYTES
        and name not in {".", ".."}
        and not any(sign in "/\\" or unicodedata.category(sign) in {"Cc", "Cs"} for sign in name)
    )
