"""Compiled forms, shared by all threads of a process.

Compiling a form takes about as long as checking ten submissions, and most submissions are of few forms.
"""

import hashlib
from collections.abc import Mapping
from typing import Final

from server.xform.form_compiler import compile_form
from server.xform.model import FormModel
from server.xform.shared_cache import SharedCache
from server.xform.table_files import TableSource

MAX_FORMS: Final = 200  # about 1 MB each


class FormCache:
    """Compiled forms by the content of their XML and of their attachments.

    The sources given with a form are kept with it, so their `read` must not hold on to a request or a transaction.
    """

    def __init__(self, max_forms: int = MAX_FORMS) -> None:
        self._forms: SharedCache[FormModel] = SharedCache(max_forms)

    def model(self, xml: bytes, files: Mapping[str, TableSource]) -> FormModel:
        """The compiled form; raises FormStructureError for what is no form."""
        attachments = tuple(sorted((name, source.digest, source.may_differ) for name, source in files.items()))
        key = hashlib.sha256(xml).digest(), attachments
        return self._forms.get(key, lambda: (compile_form(xml, files), 1))


shared_forms: Final = FormCache()
