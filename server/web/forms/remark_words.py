"""What the form check and the converter say, in Vietnamese; the English sentence stands beside it for the details."""

import re
from collections.abc import Mapping
from typing import Final

from server.forms.remarks import CONVERTER, Remark
from server.web.problem_words import words_of
from server.web.words import gettext

BY_CODE: Final[Mapping[str, str]] = {
    "syntax": "Biểu thức viết sai cú pháp. Hãy sửa ở chỗ được đánh dấu.",
    "unknown-function": "Hàm này không có trong ODK. Hãy kiểm tra lại tên hàm.",
    "arity": "Hàm có quá ít hoặc quá nhiều tham số.",
    "argument-kind": "Tham số của hàm không đúng loại.",
    "unsupported-construct": "ODK Collect không hỗ trợ cách viết này.",
    "bad-regex": "Biểu thức chính quy viết sai.",
    "cycle": "Các công thức tham chiếu vòng tròn lẫn nhau. Hãy bỏ một tham chiếu.",
    "missing-node": "Biểu thức tham chiếu tới câu hỏi không tồn tại. Hãy kiểm tra tên trong ${…}.",
    "missing-instance": "Biểu thức dùng danh sách không có trong biểu mẫu.",
    "missing-column": "Tệp đính kèm không có cột này. Hãy kiểm tra tên cột.",
    "bad-attachment": "Không đọc được tệp đính kèm. Hãy lưu lại dưới dạng CSV UTF-8 rồi tải lên.",
    "attachment-encoding": "Tệp đính kèm không phải UTF-8 nên chữ có dấu sẽ sai trên điện thoại. "
    "Hãy lưu lại dưới dạng CSV UTF-8.",
    "missing-itext": "Thiếu nội dung của một nhãn.",
    "missing-translation": "Có nhãn chưa được dịch. Hãy điền ô còn trống ở cột ngôn ngữ đó.",
    "no-choices": "Câu hỏi không có lựa chọn nào nên không ai trả lời được.",
    "itemset-ref": "Danh sách lựa chọn thiếu cột giá trị hoặc cột nhãn.",
    "empty-choice": "Có lựa chọn không có mã. Hãy điền cột name.",
    "duplicate-choice": "Hai lựa chọn trùng mã. Hãy đổi một mã.",
    "choice-with-blank": "Mã lựa chọn có dấu cách nên không dùng được cho câu chọn nhiều. Hãy thay bằng dấu _.",
    "no-instance-id": "Biểu mẫu thiếu instanceID để phân biệt các phiếu.",
    "bad-type": "Không có kiểu câu hỏi này; câu trả lời được coi là chữ.",
    "bad-default": "Giá trị mặc định không đúng kiểu; Collect sẽ để trống.",
    "missing-bind-node": "Có quy tắc cho một câu hỏi không tồn tại.",
    "duplicate-bind": "Một câu hỏi có hai bộ quy tắc. Hãy giữ một.",
    "missing-control-node": "Có câu hỏi không có chỗ lưu câu trả lời.",
    "duplicate-control": "Một câu hỏi xuất hiện hai lần trong biểu mẫu.",
    "duplicate-node-name": "Hai câu hỏi trùng tên trong cùng một nhóm. Hãy đổi một tên.",
    "repeated-reference": "Biểu thức tham chiếu tới câu hỏi trong mục lặp từ bên ngoài, nên có nhiều giá trị.",
    "absolute-in-item-predicate": "Trong bộ lọc lựa chọn, đường dẫn này trỏ ra ngoài danh sách.",
    "broken-xml": "XForm có phần viết sai.",
    "always-false": "So sánh ngày với chữ luôn sai. Hãy dùng date('…').",
    "numeric-predicate": "Bộ lọc này không phải là điều kiện nên không chọn được gì.",
    "misplaced-parent": "Dấu .. trỏ tới một chỗ không như mong muốn.",
    "submission-address": "Biểu mẫu ghi địa chỉ gửi riêng, nên điện thoại không gửi về máy chủ này. "
    "Hãy xóa submission_url ở sheet settings.",
}  # fmt: skip
# What names the thing that it is about.
_WITH_VALUE: Final[Mapping[str, str]] = {
    "form-exists": "Dự án đã có biểu mẫu mã “{value}”. Hãy mở biểu mẫu đó và gửi tệp ở đó.",
    "other-form": "Tệp này là của biểu mẫu khác. Hãy ghi “{value}” vào form_id ở sheet settings, hoặc tạo mới.",
    "itemset-ref": "Danh sách lựa chọn thiếu cột “{value}” mà câu hỏi cần. Hãy sửa dòng tiêu đề của tệp CSV.",
    "other-type": "Phiên bản trước hỏi câu này với kiểu {value}. Hãy đổi tên câu hỏi, hoặc dùng lại kiểu cũ.",
}
# A problem of the API that nothing more is known of.
_PROBLEM: Final = re.compile(r"([1-5][0-9]{2})\.[0-9]+")
# What the converter says, most of it about one cell.
_BY_TEXT: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), vietnamese)
    for pattern, vietnamese in (
        (r"List name not in choices sheet: (.+)", "Sheet choices không có danh sách “{0}”. Hãy thêm hoặc sửa tên."),
        (r"should be a choices sheet", "Thiếu sheet choices (các cột list_name, name, label)."),
        (r"Could not find the name '([^']+)'", "Không có câu hỏi nào tên “{0}”. Hãy kiểm tra tên trong ${{…}}."),
        (r"no survey element named '([^']+)'", "Không có câu hỏi nào tên “{0}”. Hãy kiểm tra tên trong ${{…}}."),
        (r"The name '([^']+)' appears more than once", "Tên “{0}” xuất hiện nhiều lần. Hãy đổi để mỗi tên chỉ có một."),
        (r"Unknown question type '([^']*)'", "Không có kiểu câu hỏi “{0}”. Hãy kiểm tra cột type."),
        (r"the 'name' value '([^']*)' is (?:invalid|problematic)", "Tên “{0}” bị trùng hoặc không dùng được."),
        (r"Question with no type", "Câu hỏi thiếu kiểu. Hãy điền cột type."),
        (r"Question or group with no name", "Câu hỏi hoặc nhóm thiếu tên. Hãy điền cột name."),
        (r"(?:Question|Group|Repeat) has no label", "Câu hỏi hoặc nhóm chưa có nhãn. Hãy điền cột label."),
        (r"Missing calculation", "Câu calculate thiếu công thức. Hãy điền cột calculation."),
        (r"Unmatched 'begin_(\w+)'.* for the name '([^']*)'", "“begin_{0}” của “{1}” không có “end_{0}”."),
        (r"Unmatched 'end_(\w+)'", "Thừa “end_{0}”: không có “begin_{0}” tương ứng."),
        (r"Choices should have a label", "Lựa chọn chưa có nhãn. Hãy điền cột label của sheet choices."),
        (r"Choices must have a name", "Lựa chọn chưa có mã. Hãy điền cột name của sheet choices."),
        (r"Choice names must be unique", "Mã lựa chọn bị trùng trong một danh sách. Hãy đổi một mã."),
        (r"Names must begin with a letter", "Tên phải bắt đầu bằng chữ cái, chỉ gồm chữ, số và _ - ."),
        (r"Use the max-pixels parameter", "Nên đặt max-pixels cho câu chụp ảnh để gửi nhanh hơn khi mạng yếu."),
        (r"language declarations do not contain", "Tên ngôn ngữ thiếu mã, ví dụ hãy viết “Tiếng Việt (vi)”."),
        (r"settings sheet has no form_id", "Sheet settings thiếu form_id."),
        (r"its sheet “survey” is missing or empty", "Không có câu hỏi nào: sheet survey trống hoặc không có."),
        (r"(?:is not|but not) an Excel workbook", "Tệp này không phải là Excel. Hãy lưu XLSForm dưới dạng .xlsx."),
        (r"damaged or incomplete", "Tệp bị hỏng hoặc chưa tải xong. Hãy lưu lại rồi gửi lại."),
        (r"protected by a password", "Tệp có mật khẩu. Hãy lưu lại không mật khẩu."),
        (r"contains macros", "Tệp có macro. Hãy lưu lại dưới dạng .xlsx."),
        (r"column headers were not found", "Thiếu cột bắt buộc ở dòng tiêu đề."),
        (r"parameters' value is invalid", "Cột parameters viết sai."),
    )
)


def vietnamese(remark: Remark) -> str:
    """Blank for what only English words are known for."""
    if remark.code in _WITH_VALUE and remark.value:
        return _WITH_VALUE[remark.code].format(value=remark.value)
    if status := _PROBLEM.fullmatch(remark.code):
        return gettext(words_of(int(status[1]))[1])
    if remark.code != CONVERTER:
        return BY_CODE.get(remark.code, "")
    for pattern, text in _BY_TEXT:
        if found := pattern.search(remark.text):
            return text.format(*found.groups())
    return ""


def marked(remark: Remark) -> tuple[str, str, str]:
    """The expression before, at and after the place that the remark is about; dots where something lacks at its end."""
    expression, place = remark.expression, remark.offset
    if place is None:
        return expression, "", ""
    if place >= len(expression):
        return expression, "…", ""
    return expression[:place], expression[place], expression[place + 1 :]
