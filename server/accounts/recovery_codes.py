"""Ten codes for when the authenticator app is lost: shown once, kept as hashes, each good once.

Each has 80 random bits, so that a fast hash keeps it as safe as a slow one would.
"""

import base64
import secrets
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from server.accounts.models import RecoveryCode
from server.accounts.tokens import token_hash

COUNT: Final = 10
_BYTES: Final = 10
_GROUP: Final = 4


def new_codes(session: Session, actor_id: int) -> list[str]:
    """Put ten new codes in place of those that are left; the only moment at which they can be read."""
    forget_codes(session, actor_id)
    codes = [_new_code() for _ in range(COUNT)]
    session.execute(insert(RecoveryCode), [{"actor_id": actor_id, "code_hash": _hash(code)} for code in codes])
    return codes


def use_code(session: Session, actor_id: int, code: str) -> bool:
    """Use a code up; False when there is no such code."""
    statement = delete(RecoveryCode).where(RecoveryCode.actor_id == actor_id, RecoveryCode.code_hash == _hash(code))
    return session.scalar(statement.returning(RecoveryCode.actor_id)) is not None


def count_codes(session: Session, actor_id: int) -> int:
    statement = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.actor_id == actor_id)
    return session.scalar(statement) or 0


def forget_codes(session: Session, actor_id: int) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.actor_id == actor_id))


def _new_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(_BYTES)).decode()
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def _hash(code: str) -> str:
    """As people type it: in whatever case, with or without what stands between the groups."""
    return token_hash("".join(filter(str.isalnum, code)).upper())
