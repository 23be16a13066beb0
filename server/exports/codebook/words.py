"""The words of a codebook in English and Vietnamese."""

import re
from typing import Final

_IS_VIETNAMESE: Final = re.compile(r"vi|.*\(vi\)|(tiếng )?việt.*|vietnamese.*", re.IGNORECASE)
_VIETNAMESE: Final = {
    "Codebook": "Từ điển dữ liệu",
    "Form": "Biểu mẫu",
    "Title": "Tên",
    "Version": "Phiên bản",
    "Submissions": "Phiếu",
    "Made on": "Ngày lập",
    "Questions": "Câu hỏi",
    "Path": "Đường dẫn",
    "Type": "Kiểu",
    "Table": "Bảng",
    "Label": "Nhãn",
    "Hint": "Gợi ý",
    "Required": "Bắt buộc",
    "Required message": "Lời nhắc bắt buộc",
    "Relevant": "Chỉ hỏi khi",
    "Constraint": "Ràng buộc",
    "Constraint message": "Lời nhắc ràng buộc",
    "Calculation": "Phép tính",
    "Read-only": "Chỉ đọc",
    "Appearance": "Cách hiển thị",
    "Answered": "Đã trả lời",
    "Missing": "Không có",
    "Rows": "Số dòng",
    "Least": "Nhỏ nhất",
    "Mean": "Trung bình",
    "Most": "Lớn nhất",
    "Choice": "Lựa chọn",
    "Choices": "Lựa chọn",
    "Count": "Số lần",
    "Percent": "Phần trăm",
    "Of the form": "Có trong biểu mẫu",
    "not a choice of the form": "không có trong biểu mẫu",
    "yes": "có",
    "no": "không",
}


class Words:
    """Looks words up; without a Vietnamese language they are English."""

    def __init__(self, language: str | None) -> None:
        self._words = _VIETNAMESE if _IS_VIETNAMESE.fullmatch((language or "").strip()) else {}
        self.code = "vi" if self._words else "en"

    def __call__(self, word: str) -> str:
        return self._words.get(word, word)
