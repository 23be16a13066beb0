"""What a finding says to people where the form has no words of its own for the rule: in Vietnamese and English."""

from collections.abc import Mapping
from typing import Final

VIETNAMESE, ENGLISH = "vi", "en"
_LONGEST_QUOTE: Final = 80

# By code: Vietnamese, then English. `value` is the answer, `expected` what the form asks for.
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "type": (
        "“{value}” không đúng kiểu dữ liệu {expected} của câu hỏi.",
        "“{value}” does not fit the question's type, {expected}.",
    ),
    "required": ("Câu hỏi này bắt buộc phải trả lời.", "This question must be answered."),
    "constraint": (
        "Câu trả lời “{value}” vi phạm điều kiện của biểu mẫu.",
        "The answer “{value}” breaks the form's rule for it.",
    ),
    "choice": (
        "“{value}” không có trong các lựa chọn của câu hỏi.",
        "“{value}” is not among the question's choices.",
    ),
    "stale-choice": (
        "“{value}” có trong danh sách nhưng không thuộc các lựa chọn ứng với những câu trả lời này.",
        "“{value}” is in the list, but is not offered for these answers.",
    ),
    "duplicate-choice": ("Một lựa chọn được chọn nhiều lần.", "A choice is selected more than once."),
    "irrelevant-value": (
        "Có câu trả lời “{value}” ở chỗ mà theo điều kiện của biểu mẫu thì không hỏi.",
        "There is an answer, “{value}”, where the form's conditions ask for none.",
    ),
    "count": (
        "Có {value} lần lặp, trong khi biểu mẫu yêu cầu {expected}.",
        "There are {value} repeats where the form asks for {expected}.",
    ),
    "calculate": (
        "Giá trị tính là “{value}”, nhưng công thức của biểu mẫu cho kết quả “{expected}”.",
        "The calculated value is “{value}”, but the form's formula gives “{expected}”.",
    ),
    "repeated-node": (
        "Mục này xuất hiện nhiều lần dù không phải mục lặp.",
        "This is there twice, though it is no repeat.",
    ),
    "unknown-node": (
        "Biểu mẫu không có trường này; câu trả lời “{value}” được giữ lại nhưng không có trong bản xuất.",
        "The form has no such field; the answer “{value}” is kept, but no export shows it.",
    ),
    "unknown-version": (
        "Máy chủ không có phiên bản “{value}” của biểu mẫu nên không kiểm tra được.",
        "This server has no version “{value}” of the form, so its rules are not known.",
    ),
    "eval-error": (
        "Không tính được quy tắc của biểu mẫu với những câu trả lời này.",
        "The form's rule cannot be worked out for these answers.",
    ),
    "unverifiable": (
        "Chưa kiểm tra được quy tắc này vì thiếu thông tin cần thiết.",
        "This rule could not be checked, since something that it needs is missing.",
    ),
    "budget": (
        "Dừng kiểm tra vì quy tắc của biểu mẫu cần quá nhiều thời gian.",
        "Checking was stopped, since the form's rules take too long.",
    ),
    "encrypted": (
        "Bản ghi được mã hóa nên máy chủ không kiểm tra được câu trả lời.",
        "The submission is encrypted, so its answers cannot be checked here.",
    ),
}


def built_in_messages(code: str, value: str, expected: str) -> Mapping[str, str]:
    """By language; nothing for a code that only the form check knows."""
    words = _WORDS.get(code)
    if words is None:
        return {}
    quoted = value if len(value) <= _LONGEST_QUOTE else f"{value[:_LONGEST_QUOTE]}…"
    vietnamese, english = (text.format(value=quoted, expected=expected) for text in words)
    return {VIETNAMESE: vietnamese, ENGLISH: english}
