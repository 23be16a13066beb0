"""What the mails about accounts say, in Vietnamese and in English, and the link that some of them carry."""

from urllib.parse import urlencode

from server.mail import Mail

# The page that sets a password with the token of its query.
CLAIM_PATH = "/account/claim"

_CLAIM = """Xin chào,

Mở địa chỉ này trong vòng 24 giờ để đặt mật khẩu cho tài khoản {email}:
{link}
Nếu quý vị không yêu cầu, hãy bỏ qua thư này: không có gì thay đổi.

---

Hello,

Open this address within 24 hours to set the password of the account {email}:
{link}
If you did not ask for this, ignore this mail: nothing changes.
"""
_GONE = """Xin chào,

Có người yêu cầu đặt lại mật khẩu cho {email}, nhưng tài khoản này đã bị xóa.
Hãy liên hệ với quản trị viên của máy chủ nếu quý vị cần một tài khoản mới.

---

Hello,

Somebody asked to reset the password of {email}, but this account has been removed.
Ask the administrator of the server if you need a new one.
"""
_UNKNOWN = """Xin chào,

Có người yêu cầu đặt lại mật khẩu cho {email}, nhưng máy chủ này không có tài khoản nào với địa chỉ đó.
Có thể quý vị đã đăng ký bằng một địa chỉ khác. Nếu quý vị không yêu cầu, hãy bỏ qua thư này.

---

Hello,

Somebody asked to reset the password of {email}, but this server has no account with that address.
You may have signed up with another one. If you did not ask for this, ignore this mail.
"""
_RESET_SUBJECT = "Transect: đặt lại mật khẩu / password reset"


def claim_link(public_url: str | None, token: str) -> str:
    """Where the password is set. Only the configured address is used: a Host header can be forged.

    Without one the link begins with the path, for the admin to put behind the address of the server.
    """
    return f"{public_url or ''}{CLAIM_PATH}?{urlencode({'token': token})}"


def welcome(email: str, link: str) -> Mail:
    return Mail(email, "Transect: tài khoản của quý vị / your account", _CLAIM.format(email=email, link=link))


def reset(email: str, link: str) -> Mail:
    return Mail(email, _RESET_SUBJECT, _CLAIM.format(email=email, link=link))


def account_removed(email: str) -> Mail:
    return Mail(email, _RESET_SUBJECT, _GONE.format(email=email))


def no_account(email: str) -> Mail:
    return Mail(email, _RESET_SUBJECT, _UNKNOWN.format(email=email))
