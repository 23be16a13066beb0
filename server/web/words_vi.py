"""The words of the pages in Vietnamese, by their English ones."""

from typing import Final

VIETNAMESE: Final[dict[str, str]] = {
    "Submissions": "Bài nộp",
    "Review": "Duyệt",
    "Review desk": "Bàn duyệt",
    "To review": "Cần duyệt",
    "Has issues": "Có vấn đề",
    "Approved": "Đã duyệt",
    "Rejected": "Bị từ chối",
    "All": "Tất cả",
    "received": "đã nhận",
    "edited": "đã sửa",
    "Filters": "Bộ lọc",
    "Enumerator": "Điều tra viên",
    "Anyone": "Bất kỳ ai",
    "Finding": "Lỗi phát hiện",
    "Any or none": "Có hoặc không",
    "From day": "Từ ngày",
    "To day": "Đến ngày",
    "Order": "Thứ tự",
    "Newest first": "Mới nhất trước",
    "Oldest first": "Cũ nhất trước",
    "Apply": "Áp dụng",
    "Clear": "Xóa bộ lọc",
    "Search name, area, enumerator": "Tìm theo tên, địa bàn, điều tra viên",
    "Search": "Tìm",
    "Select %(name)s": "Chọn %(name)s",
    "Nothing here. Change the filter or the search.": "Không có bài nào. Hãy đổi bộ lọc hoặc từ tìm kiếm.",
    "Show more": "Xem thêm",
    "%(count)s findings": "%(count)s lỗi phát hiện",
    "next, previous": "tiếp, trước",
    "select": "chọn",
    "all keys": "mọi phím tắt",
    "Choose a submission in the list.": "Hãy chọn một bài nộp trong danh sách.",
    "Back to the list": "Về danh sách",
    "Previous": "Trước",
    "Next": "Tiếp",
    "Print": "In",
    "Edit": "Sửa",
    "Findings": "Lỗi phát hiện",
    "No findings": "Không có lỗi nào",
    "Every answer keeps the rules of the form.": "Mọi câu trả lời đều đúng quy tắc của biểu mẫu.",
    "This submission has not been checked.": "Bài nộp này chưa được kiểm tra.",
    "Dismiss": "Bỏ qua",
    "Dismissed by %(name)s": "%(name)s đã bỏ qua",
    "Count again": "Tính lại",
    "Photos": "Ảnh",
    "Photo %(number)s of %(count)s": "Ảnh %(number)s trên %(count)s",
    "Map": "Bản đồ",
    "Accuracy": "Độ chính xác",
    "Answers": "Câu trả lời",
    "Changed": "Đã đổi",
    "Flagged": "Có lỗi",
    "was": "trước đó",
    "empty": "trống",
    "The answers are encrypted and cannot be read here.": "Câu trả lời đã được mã hóa nên không đọc được ở đây.",
    "has not arrived": "chưa đến",
    "Activity": "Nhật ký",
    "commented": "ghi chú",
    "sent it": "đã gửi",
    "sent a new version": "đã gửi bản sửa",
    "set it to: %(state)s": "chuyển sang: %(state)s",
    "dismissed a finding": "bỏ qua một lỗi",
    "let a finding count again": "tính lại một lỗi",
    "changed a file": "đổi một tệp",
    "deleted it": "đã xóa",
    "restored it": "đã khôi phục",
    "changed it": "đã thay đổi",
    "Somebody": "Ai đó",
    "Add a comment (C)": "Thêm ghi chú (C)",
    "Comment": "Ghi chú",
    "Send": "Gửi",
    "Approve": "Duyệt",
    "Reject": "Từ chối",
    "Decision": "Quyết định",
    "%(count)s selected": "Đã chọn %(count)s",
    "Select all %(count)s": "Chọn cả %(count)s",
    "Clear selection": "Bỏ chọn",
    "Reason": "Lý do",
    "Cancel": "Hủy",
    "Why? The enumerator's supervisor will read it.": "Vì sao? Người phụ trách điều tra viên sẽ đọc.",
    "Why is the answer right all the same?": "Vì sao câu trả lời vẫn đúng?",
    "Keys": "Phím tắt",
    "Close": "Đóng",
    "next, previous submission": "bài tiếp theo, bài trước",
    "approve": "duyệt",
    "has issues, with a reason": "có vấn đề, kèm lý do",
    "reject, with a reason": "từ chối, kèm lý do",
    "write a comment": "viết ghi chú",
    "select for a decision about many": "chọn để quyết định nhiều bài",
    "undo the last decision": "hoàn tác quyết định vừa rồi",
    "search": "tìm kiếm",
    "these keys": "các phím này",
    "Undo": "Hoàn tác",
    "%(count)s decided": "Đã quyết định %(count)s bài",
    "Undone: %(count)s": "Đã hoàn tác: %(count)s",
    "%(count)s had changed since and stay": "%(count)s bài đã thay đổi nên giữ nguyên",
    "%(name)s was first (%(state)s, %(time)s). Look again before you decide.": (
        "%(name)s đã quyết định trước (%(state)s, %(time)s). Hãy xem lại trước khi quyết định."
    ),
    "That did not work: %(reason)s": "Không thực hiện được: %(reason)s",
    "The server cannot be reached. Nothing was changed.": "Không kết nối được máy chủ. Chưa có gì thay đổi.",
    "Saved": "Đã lưu",
    "A reason is needed": "Cần có lý do",
    "Larger or smaller": "Phóng to hoặc thu nhỏ",
    "took %(minutes)s min": "mất %(minutes)s phút",
    "now": "vừa xong",
    "%(count)s min": "%(count)s phút",
    "%(count)s h": "%(count)s giờ",
    "%(count)s d": "%(count)s ngày",
    "ago": "trước",
    "Skip to the submission": "Đến bài nộp",
    "No name": "Chưa có tên",
    "Reviewer": "Người duyệt",
    "Signature": "Chữ ký",
    "Date": "Ngày",
    "Received": "Nhận lúc",
    "State": "Trạng thái",
    "Printed from Transect": "In từ Transect",
    "constraint": "Ngoài giới hạn cho phép",
    "required": "Thiếu câu trả lời bắt buộc",
    "type": "Sai kiểu dữ liệu",
    "relevant": "Trả lời câu không được hỏi",
    "choice": "Lựa chọn không có trong danh sách",
    "calculate": "Giá trị tính toán không khớp",
    "count": "Số lần lặp không khớp",
    "structure": "Cấu trúc không khớp biểu mẫu",
    "readonly": "Đổi câu không được sửa",
    "Sign in": "Đăng nhập",
    "Sign out": "Đăng xuất",
    "E-mail address": "Địa chỉ e-mail",
    "Password": "Mật khẩu",
    "Forgot the password?": "Quên mật khẩu?",
    "No account? Ask your administrator.": "Chưa có tài khoản? Hãy hỏi quản trị viên.",
    "The e-mail address or the password is wrong.": "Địa chỉ e-mail hoặc mật khẩu không đúng.",
    "Too many failed attempts. Try again in %(minutes)s min.": (
        "Đăng nhập sai quá nhiều lần. Hãy thử lại sau %(minutes)s phút."
    ),
    "Projects": "Dự án",
    "Form": "Biểu mẫu",
    "Last submission": "Bài nộp gần nhất",
    "not published yet": "chưa phát hành",
    "No forms yet.": "Chưa có biểu mẫu nào.",
    "You have no project yet. Ask an administrator to give you a role in one.": (
        "Bạn chưa có dự án nào. Hãy đề nghị quản trị viên cấp vai trò trong một dự án."
    ),
    "You may not do this": "Bạn không có quyền làm việc này",
    "Ask an administrator for a role with this right, or sign in as somebody else.": (
        "Hãy đề nghị quản trị viên cấp vai trò có quyền này, hoặc đăng nhập bằng tài khoản khác."
    ),
    "Not here": "Không tìm thấy",
    "The address is wrong, or what was here has been deleted. Begin at the list of projects.": (
        "Địa chỉ sai hoặc nội dung đã bị xóa. Hãy bắt đầu từ danh sách dự án."
    ),
    "That did not work": "Chưa thực hiện được",
    "Try again. If it happens again, send the details below to your administrator.": (
        "Hãy thử lại. Nếu vẫn lỗi, hãy gửi chi tiết dưới đây cho quản trị viên."
    ),
    "Details for your administrator": "Chi tiết cho quản trị viên",
    "This cannot be used": "Không dùng được nội dung này",
    "Go back, correct what you entered, and send it again.": "Hãy quay lại, sửa nội dung đã nhập rồi gửi lại.",
    "Something has changed meanwhile": "Nội dung vừa có thay đổi",
    "Go back, load the page again, and look before you decide.": (
        "Hãy quay lại, tải lại trang và xem lại trước khi quyết định."
    ),
    "Too large": "Tệp quá lớn",
    "The server does not take a file of this size. Make it smaller and send it again.": (
        "Máy chủ không nhận tệp lớn như vậy. Hãy giảm dung lượng rồi gửi lại."
    ),
    "This kind of file is not taken": "Không nhận loại tệp này",
    "Choose a file of another kind and send it again.": "Hãy chọn tệp loại khác rồi gửi lại.",
    "Too many attempts": "Thử quá nhiều lần",
    "Wait for some minutes, then try again.": "Hãy chờ vài phút rồi thử lại.",
    "The server failed": "Máy chủ gặp lỗi",
    "Nothing was changed. Try again; if it fails again, send the details below to your administrator.": (
        "Chưa có gì thay đổi. Hãy thử lại; nếu vẫn lỗi, hãy gửi chi tiết dưới đây cho quản trị viên."
    ),
    "The server cannot do this": "Máy chủ không làm được việc này",
    "Ask your administrator for another way.": "Hãy hỏi quản trị viên cách khác.",
    "The server cannot reach its storage": "Máy chủ không kết nối được kho lưu trữ",
    "Nothing was changed. Try again in a minute.": "Chưa có gì thay đổi. Hãy thử lại sau một phút.",
    "To the projects": "Về danh sách dự án",
    "Where you are": "Vị trí hiện tại",
    "Overview": "Tổng quan",
    "Versions": "Phiên bản",
    "Version": "Phiên bản",
    "Data": "Dữ liệu",
    "Team": "Đội ngũ",
    "Settings": "Cài đặt",
    "Needs attention": "Cần chú ý",
    "A draft waits to be published.": "Có bản nháp đang chờ phát hành.",
    "Nothing is published yet.": "Chưa phát hành phiên bản nào.",
    "Missing files of the published version: %(count)s": "Phiên bản đã phát hành còn thiếu %(count)s tệp.",
    "The form is closing: phones get it no longer, but may still send.": (
        "Biểu mẫu đang đóng dần: điện thoại không tải về được nữa nhưng vẫn gửi được."
    ),
    "The form is closed: it takes no submissions.": "Biểu mẫu đã đóng: không nhận bài nộp.",
    "Received per day": "Số bài nhận mỗi ngày",
    "%(count)s in %(days)s days": "%(count)s bài trong %(days)s ngày",
    "Nothing has come in these days.": "Chưa có bài nào trong những ngày này.",
    "Last submissions": "Bài nộp gần đây",
    "Nothing has been sent yet.": "Chưa có bài nộp nào.",
    "Versions in use": "Phiên bản đang dùng",
    "current": "hiện hành",
    "Is the form in use?": "Biểu mẫu có đang dùng không?",
    "Open": "Mở",
    "Phones get the form and send submissions.": "Điện thoại tải biểu mẫu về và gửi bài nộp.",
    "Closing": "Đang đóng dần",
    "Phones get the form no longer; those that have it may still send.": (
        "Điện thoại không tải về được nữa; máy đã có biểu mẫu vẫn gửi được."
    ),
    "Closed": "Đã đóng",
    "Nothing is taken. What phones have not sent yet stays on them.": (
        "Không nhận bài nào. Bài chưa gửi vẫn nằm trên điện thoại."
    ),
    "Save": "Lưu",
    "What programs call it": "Tên dùng trong chương trình",
    "Form id": "Mã biểu mẫu",
    "Project number": "Số dự án",
    "New form": "Biểu mẫu mới",
    "No phone can send yet: add enumerators.": "Chưa có điện thoại nào gửi được: hãy thêm điều tra viên.",
    "Pages of this form": "Các trang của biểu mẫu",
    "Next version": "Phiên bản tiếp theo",
    "Throw the draft away?": "Bỏ bản nháp này?",
    "Discard the draft": "Bỏ bản nháp",
    "%(name)s cannot be used": "Không dùng được %(name)s",
    "Nothing was changed. Correct the file and send it again.": "Chưa có gì thay đổi. Hãy sửa tệp rồi gửi lại.",
    "row %(row)s": "dòng %(row)s",
    "Sending…": "Đang gửi…",
    "Send the XLSForm. It becomes a draft: nothing reaches a phone before you publish it.": (
        "Hãy gửi XLSForm. Tệp trở thành bản nháp: điện thoại chỉ nhận khi bạn phát hành."
    ),
    "Drop an XLSForm here, or choose a file (.xlsx, .xls, XForm)": (
        "Thả XLSForm vào đây hoặc chọn tệp (.xlsx, .xls, XForm)"
    ),
    "Make a draft": "Tạo bản nháp",
    "A version with this name is published already. Choose another name.": (
        "Đã phát hành phiên bản có tên này. Hãy chọn tên khác."
    ),
    "Somebody has replaced the draft meanwhile. Look at it before you publish.": (
        "Có người vừa thay bản nháp. Hãy xem lại trước khi phát hành."
    ),
    "There is no draft. Send the changed XLSForm; nothing reaches a phone before you publish it.": (
        "Chưa có bản nháp. Hãy gửi XLSForm đã sửa; điện thoại chỉ nhận khi bạn phát hành."
    ),
    "Only files change: begin with a copy of the published version": (
        "Chỉ đổi tệp kèm theo: bắt đầu từ bản sao của phiên bản đã phát hành"
    ),
    "What to look at": "Những điểm cần xem",
    "Remarks: %(count)s": "%(count)s điểm",
    "The converter and the form check have nothing to say.": "Bộ chuyển đổi và bộ kiểm tra không thấy vấn đề gì.",
    "Files of the form": "Tệp kèm theo biểu mẫu",
    "%(count)s missing": "thiếu %(count)s",
    "all here": "đã đủ",
    "The form asks for no file with this name:": "Biểu mẫu không cần tệp nào tên này:",
    "Remove %(name)s": "Gỡ %(name)s",
    "Remove": "Gỡ",
    "missing": "thiếu",
    "Drop files here, as many as you like; their names say where they go": (
        "Thả tệp vào đây, bao nhiêu cũng được; tên tệp cho biết vị trí"
    ),
    "Upload": "Tải lên",
    "What changes against the published version": "Thay đổi so với phiên bản đã phát hành",
    "Publish": "Phát hành",
    "Title": "Tên",
    "Uploaded": "Tải lên lúc",
    "Name of the version": "Tên phiên bản",
    "What is new, for colleagues": "Có gì mới, để đồng nghiệp biết",
    "Missing files: %(count)s. Phones show the form without them.": (
        "Còn thiếu %(count)s tệp. Điện thoại sẽ hiện biểu mẫu không có các tệp này."
    ),
    "What testers have sent (%(count)s) goes when the draft is published.": (
        "%(count)s bài thử sẽ bị xóa khi phát hành."
    ),
    "Phones get it at their next check. What they have begun stays in its version.": (
        "Điện thoại nhận ở lần kiểm tra tới. Bài đang làm dở vẫn theo phiên bản cũ."
    ),
    "Try it on a phone": "Thử trên điện thoại",
    "QR code that sets up ODK Collect for this draft": "Mã QR cài đặt ODK Collect cho bản nháp này",
    "In ODK Collect: add project, scan. What you send is kept apart from the data.": (
        "Trong ODK Collect: thêm dự án, quét mã. Bài gửi thử được để riêng, không lẫn vào dữ liệu."
    ),
    "Test submissions: %(count)s": "Bài thử: %(count)s",
    "Replace the draft": "Thay bản nháp",
    "Replace": "Thay",
    "Draft: %(title)s": "Nháp: %(title)s",
    "Published. Phones get it at their next check.": "Đã phát hành. Điện thoại nhận ở lần kiểm tra tới.",
    "From": "Từ",
    "To": "Đến",
    "Compare": "So sánh",
    "From %(old)s to %(new)s": "Từ %(old)s đến %(new)s",
    "Published": "Phát hành lúc",
    "By": "Bởi",
    "Files": "Tệp",
    "What changed": "Có gì thay đổi",
    "Nothing differs that phones or data would notice.": "Không có khác biệt nào ảnh hưởng đến điện thoại hay dữ liệu.",
    "Questions removed": "Câu hỏi bị bỏ",
    "What was sent for them is kept, and exports have it with “fields of older versions”. New submissions have none.": (
        "Câu trả lời đã gửi vẫn được giữ và có trong bản xuất khi chọn “trường của phiên bản cũ”. "
        "Bài mới không có các câu này."
    ),
    "Questions moved to another group": "Câu hỏi chuyển sang nhóm khác",
    "For the data each is a new question: old answers stay under the old path, new ones come under the new one.": (
        "Với dữ liệu, mỗi câu là một câu mới: câu trả lời cũ ở đường dẫn cũ, câu trả lời mới ở đường dẫn mới."
    ),
    "Questions with another type": "Câu hỏi đổi kiểu",
    "Old and new answers share a column. Analyse them with care, or give the question a new name.": (
        "Câu trả lời cũ và mới chung một cột. Hãy cẩn thận khi phân tích, hoặc đặt tên mới cho câu hỏi."
    ),
    "Questions added": "Câu hỏi mới",
    "Submissions that are there already have no answer to them.": "Các bài đã có không có câu trả lời cho các câu này.",
    "Lists of choices changed": "Danh sách lựa chọn thay đổi",
    "Answers that chose what is removed stay in the data, and are shown by their code.": (
        "Câu trả lời đã chọn mục bị bỏ vẫn nằm trong dữ liệu và được hiện bằng mã."
    ),
    "Rules changed": "Quy tắc thay đổi",
    (
        "Each submission is held against the version that it was filled in with: "
        "what is there already is not judged anew."
    ): "Mỗi bài được kiểm tra theo phiên bản đã dùng khi điền: các bài đã có không bị xét lại.",
    "Questions reworded": "Câu hỏi đổi cách viết",
    "Only words: answers and columns stay as they are.": "Chỉ đổi lời: câu trả lời và cột giữ nguyên.",
    "Questions in another order": "Câu hỏi đổi thứ tự",
    "Changes of title, languages and files": "Thay đổi về tên, ngôn ngữ và tệp",
    "Language": "Ngôn ngữ",
    "File": "Tệp",
    "has other content": "có nội dung khác",
    "Submissions that are there already: %(count)s": "Số bài nộp đã có: %(count)s",
    "Enumerators": "Điều tra viên",
    "Print all codes": "In mọi mã",
    "Added: %(count)s": "Đã thêm: %(count)s",
    "Print the new codes": "In các mã mới",
    "These have a key already and stay as they are:": "Những người này đã có mã nên giữ nguyên:",
    "Name": "Tên",
    "Last seen": "Lần cuối hoạt động",
    "Added": "Thêm lúc",
    "Code": "Mã QR",
    "Codes": "Mã QR",
    "no key": "đã thu hồi",
    "never": "chưa bao giờ",
    "Code of %(name)s": "Mã QR của %(name)s",
    "Take the key of %(name)s away": "Thu hồi mã của %(name)s",
    "Take the key of %(name)s away? What that phone has not sent yet cannot be sent with it.": (
        "Thu hồi mã của %(name)s? Bài chưa gửi trên điện thoại đó sẽ không gửi được bằng mã này nữa."
    ),
    "Revoke": "Thu hồi",
    "Take %(name)s off the list": "Gỡ %(name)s khỏi danh sách",
    "Take off the list": "Gỡ khỏi danh sách",
    "Nobody yet. Add the first ones beside this.": "Chưa có ai. Hãy thêm những người đầu tiên ở bên cạnh.",
    "Add enumerators": "Thêm điều tra viên",
    "Names, one a line; a column of a spreadsheet can be pasted": (
        "Họ tên, mỗi dòng một người; có thể dán một cột từ bảng tính"
    ),
    "Add": "Thêm",
    "Each gets a code of their own, and may fill in all forms of this project.": (
        "Mỗi người có một mã riêng và được điền mọi biểu mẫu của dự án."
    ),
    "QR code that sets up ODK Collect for %(name)s": "Mã QR cài đặt ODK Collect cho %(name)s",
    "Install ODK Collect.": "Cài ODK Collect.",
    "Choose “Configure with QR code”.": "Chọn “Cấu hình bằng mã QR”.",
    "Scan this code.": "Quét mã này.",
    "This code is yours alone. Tell the office when it is lost.": "Mã này chỉ dành cho bạn. Nếu mất, hãy báo ngay.",
    "Nobody here has a key.": "Không ai ở đây có mã.",
    "Excel": "Excel",
    "One sheet a table; numbers and dates are such.": "Mỗi bảng một sheet; số và ngày đúng kiểu.",
    "CSV for Excel": "CSV cho Excel",
    "Opens with a double click, also with accents.": "Nhấp đúp là mở, dấu tiếng Việt hiện đúng.",
    "CSV": "CSV",
    "One file a table, as ODK Central writes it; for scripts.": "Mỗi bảng một tệp, như ODK Central; cho chương trình.",
    "CSV, one table": "CSV, một bảng",
    "The form's own table, without repeats; for scripts.": "Bảng chính của biểu mẫu, không có mục lặp.",
    "Parquet": "Parquet",
    "Typed columns for pandas, R and DuckDB.": "Cột đúng kiểu cho pandas, R và DuckDB.",
    "Stata": "Stata",
    "One .dta file a table, with labels.": "Mỗi bảng một tệp .dta, có nhãn.",
    "SPSS": "SPSS",
    "One .sav file a table, with labels.": "Mỗi bảng một tệp .sav, có nhãn.",
    "GeoJSON": "GeoJSON",
    "Places for QGIS and web maps.": "Vị trí cho QGIS và bản đồ web.",
    "GeoPackage": "GeoPackage",
    "Places with their answers, for QGIS.": "Vị trí kèm câu trả lời, cho QGIS.",
    "Codebook": "Bảng mã",
    "What every column and code means, to read and print.": "Ý nghĩa từng cột và mã, để đọc và in.",
    "Codebook for Excel": "Bảng mã cho Excel",
    "What every column and code means, as a workbook.": "Ý nghĩa từng cột và mã, dạng bảng tính.",
    "Photos and files": "Ảnh và tệp",
    "All files of the chosen submissions, in one zip.": "Mọi tệp của các bài đã chọn, trong một tệp zip.",
    "Answers are encrypted. Here they come out without their content; the API takes the passphrase for CSV.": (
        "Câu trả lời đã mã hóa nên bản xuất ở đây không có nội dung; API nhận mật khẩu cho CSV."
    ),
    "Which file": "Tệp nào",
    "Which submissions": "Bài nào",
    "none ticked: all": "không chọn: tất cả",
    "Only without findings": "Chỉ bài không có lỗi",
    "Only with findings": "Chỉ bài có lỗi",
    "How it is written": "Cách ghi",
    "Headers and choices": "Tiêu đề và lựa chọn",
    "Names and codes": "Tên và mã",
    "Labels": "Nhãn",
    "Both": "Cả hai",
    "Language of labels": "Ngôn ngữ của nhãn",
    "The form's first": "Ngôn ngữ đầu của biểu mẫu",
    "Fields of older versions too": "Cả trường của phiên bản cũ",
    "A column for each choice of “select several”": "Mỗi lựa chọn của câu chọn nhiều là một cột",
    "Column names without groups": "Tên cột không kèm nhóm",
    "Keep spreadsheets from calculating with texts": "Không để bảng tính hiểu chữ là công thức",
    "A ' stands before what begins like a formula": "Thêm ' trước chữ giống công thức",
    "All photos and files in the same zip": "Kèm mọi ảnh và tệp trong cùng tệp zip",
    "Not decided": "Chưa duyệt",
    "Edited": "Đã sửa",
    "Only some questions": "Chỉ một số câu hỏi",
    "How files are named; words in braces are questions": "Cách đặt tên tệp; chữ trong ngoặc nhọn là câu hỏi",
    "Show the link": "Hiện liên kết",
    "Make it in the background": "Tạo trong nền",
    "Download": "Tải về",
    "Link to this file": "Liên kết tới tệp này",
    "Copy": "Chép",
    "Makes the file anew each time. Programs sign in with your e-mail address and an API password.": (
        "Mỗi lần mở sẽ tạo tệp mới. Chương trình đăng nhập bằng e-mail và một mật khẩu API."
    ),
    "In Excel: Data, From other sources, OData feed. In Power BI: Get data, OData feed, with an API password.": (
        "Trong Excel: Data, From other sources, OData feed. Trong Power BI: Get data, OData feed, bằng mật khẩu API."
    ),
    "Made in the background": "Tệp tạo trong nền",
    "Progress of %(name)s": "Tiến độ của %(name)s",
    "waits": "đang chờ",
    "begins": "bắt đầu",
    "failed": "không thành công",
    "cancelled": "đã hủy",
    "Again": "Làm lại",
    "Files stay for seven days.": "Tệp được giữ bảy ngày.",
    "Nothing yet. For large files: they are made while you do something else.": (
        "Chưa có tệp nào. Dùng cho tệp lớn: máy chủ tạo trong lúc bạn làm việc khác."
    ),
    "Making files in the background needs JavaScript; downloading does not.": (
        "Tạo tệp trong nền cần JavaScript; tải về thì không."
    ),
    "Sent in it": "Số lần gửi",
    "answers: %(count)s": "số câu trả lời: %(count)s",
    "Trash": "Thùng rác",
    "deleted on %(date)s": "xóa lúc %(date)s",
    "Restore %(name)s": "Khôi phục %(name)s",
    "Restore": "Khôi phục",
    "Delete the form": "Xóa biểu mẫu",
    "It goes into the trash with all that was sent to it, and can be taken out again on the project's page.": (
        "Biểu mẫu vào thùng rác cùng mọi bài nộp, và có thể khôi phục ở trang dự án."
    ),
    "Move %(name)s to the trash? Phones can no longer send to it.": (
        "Chuyển %(name)s vào thùng rác? Điện thoại sẽ không gửi bài được nữa."
    ),
    "Move to the trash": "Chuyển vào thùng rác",
    "To the form “%(name)s”": "Đến biểu mẫu “%(name)s”",
    "You are signed in no longer": "Phiên đăng nhập đã hết",
    "Sign in in another tab, come back here, load the page and send it again.": (
        "Hãy đăng nhập ở thẻ khác, quay lại đây, tải lại trang rồi gửi lại."
    ),
    "%(done)s of %(total)s: %(name)s": "%(done)s trên %(total)s: %(name)s",
    "The connection broke off. What was sent is kept; send the rest again.": (
        "Mất kết nối. Tệp đã gửi xong được giữ; hãy gửi lại phần còn lại."
    ),
    "The code is wrong. It stands in the terminal or the log of the server.": (
        "Mã không đúng. Mã có trong cửa sổ dòng lệnh hoặc nhật ký của máy chủ."
    ),
    "This is not an e-mail address.": "Đây không phải là địa chỉ e-mail.",
    "A name has 1 to 255 characters.": "Tên phải có từ 1 đến 255 ký tự.",
    "You have too many API passwords. End one first.": "Bạn có quá nhiều mật khẩu API. Hãy hủy bớt trước.",
    "This password is too short or easily guessed. Use at least 10 characters, such as some odd words.": (
        "Mật khẩu này quá ngắn hoặc dễ đoán. Hãy dùng ít nhất 10 ký tự: vài từ mà không ai ngờ tới."
    ),
    "The password is wrong.": "Mật khẩu không đúng.",
    "The code is wrong, too old, or was used before. Wait for the next one.": (
        "Mã không đúng, đã hết hạn hoặc đã được dùng. Hãy chờ mã tiếp theo."
    ),
    "The page is out of date. Load it again.": "Trang đã cũ. Hãy tải lại trang.",
    "Account": "Tài khoản",
    "Present password": "Mật khẩu hiện tại",
    "New password": "Mật khẩu mới",
    "At least 10 characters, hard to guess.": "Ít nhất 10 ký tự, khó đoán.",
    "At least 10 characters, hard to guess. Other browsers are signed out, and API passwords end.": (
        "Ít nhất 10 ký tự, khó đoán. Các trình duyệt khác bị đăng xuất và mọi mật khẩu API bị hủy."
    ),
    "Change the password": "Đổi mật khẩu",
    "The password is changed. Other browsers and programs have been signed out.": (
        "Đã đổi mật khẩu. Các trình duyệt và chương trình khác đã bị đăng xuất."
    ),
    "Second factor": "Xác thực hai bước",
    "The second factor is off.": "Đã tắt xác thực hai bước.",
    "The second factor is on.": "Đã bật xác thực hai bước.",
    "On": "Đang bật",
    "Off": "Đang tắt",
    "Signing in takes a code of your app beside the password.": "Đăng nhập cần mã từ ứng dụng, ngoài mật khẩu.",
    "With a second factor nobody signs in with your password alone.": (
        "Khi bật, không ai đăng nhập được chỉ bằng mật khẩu của bạn."
    ),
    "Look after it": "Quản lý",
    "Set up": "Thiết lập",
    "Where you are signed in": "Nơi đang đăng nhập",
    "Signed out there.": "Đã đăng xuất ở nơi đó.",
    "since %(moment)s": "từ %(moment)s",
    "this one": "trình duyệt này",
    "Sign out of %(name)s, since %(moment)s": "Đăng xuất khỏi %(name)s, từ %(moment)s",
    "Sign out everywhere else": "Đăng xuất khỏi mọi nơi khác",
    "API passwords": "Mật khẩu API",
    "Programs such as Power BI, R or pyodk sign in with your e-mail address and one of these, not the password.": (
        "Các chương trình như Power BI, R hay pyodk đăng nhập bằng e-mail và một mật khẩu API thay cho mật khẩu."
    ),
    "Because of the second factor they cannot use the password itself.": (
        "Vì có xác thực hai bước, chương trình không dùng được mật khẩu thường."
    ),
    "The API password has been ended.": "Đã hủy mật khẩu API.",
    "Copy it now: it is shown this once.": "Hãy sao chép ngay: chỉ hiện một lần.",
    "last used %(moment)s": "dùng lần cuối %(moment)s",
    "never used": "chưa dùng",
    "End": "Hủy",
    "End %(name)s": "Hủy %(name)s",
    "End %(name)s? What signs in with it no longer can.": (
        "Hủy %(name)s? Chương trình đang dùng mật khẩu này sẽ không đăng nhập được nữa."
    ),
    "What it is for": "Dùng cho việc gì",
    "Make an API password": "Tạo mật khẩu API",
    "Your role asks for a second factor. Set it up, then you can go on.": (
        "Vai trò của bạn bắt buộc xác thực hai bước. Hãy thiết lập để tiếp tục."
    ),
    "Recovery codes": "Mã khôi phục",
    "Recovery codes left: %(count)s": "Số mã khôi phục còn lại: %(count)s",
    "New recovery codes": "Tạo mã khôi phục mới",
    "Code of your app, or a recovery code": "Mã từ ứng dụng, hoặc một mã khôi phục",
    "Six-digit code": "Mã sáu chữ số",
    "Who must have one": "Ai bắt buộc phải có",
    "Whoever has one of these roles sets up a second factor at the next click, before anything else.": (
        "Ai có một trong các vai trò này phải thiết lập xác thực hai bước ngay, trước khi làm việc khác."
    ),
    "Administrator": "Quản trị viên",
    "Project Manager": "Quản lý dự án",
    "Project Viewer": "Người xem dự án",
    "Data Collector": "Người thu thập dữ liệu",
    "Turn on": "Bật",
    "Turn off": "Tắt",
    "New phone? Turn it off, then set it up again with the new phone.": (
        "Đổi điện thoại? Hãy tắt rồi thiết lập lại bằng điện thoại mới."
    ),
    "An app on your phone shows a code that is asked for after the password. It works without internet.": (
        "Ứng dụng trên điện thoại hiện một mã, được hỏi sau mật khẩu. Ứng dụng không cần mạng."
    ),
    "Any authenticator app will do, such as Aegis, FreeOTP, Google Authenticator or Microsoft Authenticator.": (
        "Dùng được mọi ứng dụng xác thực, như Aegis, FreeOTP, Google Authenticator hay Microsoft Authenticator."
    ),
    "Back to the account": "Về tài khoản",
    "1. Scan this code with the authenticator app.": "1. Quét mã này bằng ứng dụng xác thực.",
    "QR code for the authenticator app": "Mã QR cho ứng dụng xác thực",
    "The app is on this device": "Ứng dụng ở ngay trên máy này",
    "or enter by hand:": "hoặc nhập bằng tay:",
    "2. Enter the six digits that the app shows, and your password.": (
        "2. Nhập sáu chữ số mà ứng dụng hiện, và mật khẩu của bạn."
    ),
    "When the phone is lost, each of these signs you in once. Print or copy them now: they are not shown again.": (
        "Khi mất điện thoại, mỗi mã cho bạn đăng nhập một lần. Hãy in hoặc chép lại ngay: mã không được hiện lại."
    ),
    "I have kept them": "Tôi đã lưu các mã",
    "Phone and recovery codes lost? Ask whoever runs the server to reset your second factor.": (
        "Mất cả điện thoại và mã khôi phục? Hãy đề nghị người vận hành máy chủ đặt lại xác thực hai bước."
    ),
    "Sign in as somebody else": "Đăng nhập bằng tài khoản khác",
    "Forgotten password": "Quên mật khẩu",
    "You get a mail with a link that sets a new password.": "Bạn sẽ nhận được thư có liên kết để đặt mật khẩu mới.",
    "Send the link": "Gửi liên kết",
    "A mail to %(email)s is on its way. Open the link in it within 24 hours.": (
        "Thư đang được gửi đến %(email)s. Hãy mở liên kết trong thư trong vòng 24 giờ."
    ),
    "This server sends no mail. Ask your administrator for the link: it is in the server's log.": (
        "Máy chủ này không gửi thư. Hãy hỏi quản trị viên: liên kết nằm trong nhật ký máy chủ."
    ),
    "Nothing after some minutes? Look among unwanted mail, and check the address.": (
        "Vài phút sau vẫn chưa thấy? Hãy xem trong thư rác và kiểm tra lại địa chỉ."
    ),
    "Back to signing in": "Về trang đăng nhập",
    "The password has been set.": "Mật khẩu đã được đặt.",
    "This link has been used, is too old or is wrong.": "Liên kết này đã được dùng, đã hết hạn hoặc không đúng.",
    "Ask for a new link": "Yêu cầu liên kết mới",
    "Set the password": "Đặt mật khẩu",
    "First administrator": "Quản trị viên đầu tiên",
    "Nobody can sign in to this server yet. Whoever has its code becomes the administrator.": (
        "Chưa ai đăng nhập được vào máy chủ này. Ai có mã của máy chủ sẽ là quản trị viên."
    ),
    "Code from the terminal or the log of the server": "Mã trong cửa sổ dòng lệnh hoặc nhật ký của máy chủ",
    "Your name": "Tên của bạn",
    "Begin": "Bắt đầu",
    "Back": "Quay lại",
    "This link has ended": "Liên kết này không còn dùng được",
    "Nobody can fill in the form with it any more. Ask whoever gave it to you for a new one.": (
        "Không thể điền biểu mẫu bằng liên kết này nữa. Hãy hỏi người đã gửi để nhận liên kết mới."
    ),
    "What works only on a phone: %(count)s": "Chỉ làm được trên điện thoại: %(count)s",
    (
        "This form is encrypted. It is filled in with ODK Collect on a phone, which encrypts the answers "
        "before it sends them."
    ): (
        "Biểu mẫu này được mã hóa. Hãy điền bằng ODK Collect trên điện thoại: ứng dụng mã hóa câu trả lời "
        "trước khi gửi."
    ),
    "This form is closed: it takes no answers any more.": "Biểu mẫu này đã đóng, không nhận câu trả lời nữa.",
    (
        "This server was installed without the part that shows forms in the browser. Fill it in with ODK "
        "Collect on a phone, or tell your administrator:"
    ): (
        "Máy chủ này được cài thiếu phần hiển thị biểu mẫu trong trình duyệt. Hãy điền bằng ODK Collect trên "
        "điện thoại, hoặc báo quản trị viên chạy:"
    ),
    "Filling in a form needs JavaScript, which this browser does not run.": (
        "Điền biểu mẫu cần JavaScript, mà trình duyệt này không chạy."
    ),
    "You have answered already. Thank you.": "Bạn đã trả lời rồi. Xin cảm ơn.",
    "Loading the form…": "Đang tải biểu mẫu…",
    "The form could not be loaded": "Không tải được biểu mẫu",
    "Look whether you are connected, then try again.": "Hãy kiểm tra kết nối mạng rồi thử lại.",
    "Try again": "Thử lại",
    "Thank you": "Xin cảm ơn",
    "Your changes have been sent.": "Các thay đổi đã được gửi.",
    "Your test has been sent. It is kept apart from the data.": (
        "Bài thử đã được gửi và được giữ riêng, không lẫn vào dữ liệu."
    ),
    "Your answers have been sent.": "Câu trả lời của bạn đã được gửi.",
    "Fill in another": "Điền bài khác",
    "Not sent yet": "Chưa gửi được",
    (
        "There is no connection. Your answers are kept on this page: do not close it. They are sent when the "
        "connection is back."
    ): (
        "Không có kết nối mạng. Câu trả lời vẫn còn trên trang này, xin đừng đóng trang. Bài sẽ được gửi khi "
        "có mạng trở lại."
    ),
    "You have been signed out. Your answers are kept on this page.": (
        "Bạn đã bị đăng xuất. Câu trả lời vẫn còn trên trang này."
    ),
    "Sign in in another tab, then send again.": "Hãy đăng nhập ở thẻ khác rồi gửi lại.",
    "The server does not take these answers:": "Máy chủ không nhận câu trả lời này:",
    "The server could not keep the answers now. They are kept on this page; try again in a while.": (
        "Máy chủ chưa lưu được câu trả lời. Chúng vẫn còn trên trang này; hãy thử lại sau ít phút."
    ),
    "Send again": "Gửi lại",
    "Back to the form": "Quay lại biểu mẫu",
    "Sound cannot be recorded or added in the browser; the question stays without an answer.": (
        "Trình duyệt không ghi âm hay thêm âm thanh được; câu hỏi sẽ bị bỏ trống."
    ),
    "Videos cannot be made or added in the browser; the question stays without an answer.": (
        "Trình duyệt không quay hay thêm video được; câu hỏi sẽ bị bỏ trống."
    ),
    "Files cannot be added in the browser; the question stays without an answer.": (
        "Trình duyệt không thêm tệp được; câu hỏi sẽ bị bỏ trống."
    ),
    "Nobody can draw or sign in the browser; a picture can be added instead.": (
        "Không vẽ hay ký được trong trình duyệt; có thể thêm một ảnh thay thế."
    ),
    "The browser reads no barcodes; the number is typed.": "Trình duyệt không đọc mã vạch; số phải gõ tay.",
    "The browser does not offer the choices of an external list; the value is typed.": (
        "Trình duyệt không đưa ra các lựa chọn của danh sách ngoài; giá trị phải gõ tay."
    ),
    "Date and time are typed as text in the browser.": "Trong trình duyệt, ngày giờ được gõ như chữ.",
    "The browser shows a plain calendar with whole dates.": "Trình duyệt chỉ có lịch thường với ngày đầy đủ.",
    "The browser opens no other app; the answer is typed.": (
        "Trình duyệt không mở ứng dụng khác; câu trả lời được gõ tay."
    ),
    "The browser records no sound in the background.": "Trình duyệt không ghi âm ngầm.",
    "The browser keeps no log of how the form was filled in.": "Trình duyệt không ghi nhật ký quá trình điền biểu mẫu.",
    "Fill in the browser": "Điền trong trình duyệt",
    "Try it in the browser": "Thử trong trình duyệt",
    "Table": "Bảng",
    "%(count)s submissions": "%(count)s bài nộp",
    "By name": "Theo tên",
    "By area": "Theo địa bàn",
    "Name, area, enumerator": "Tên, địa bàn, điều tra viên",
    "Columns": "Cột",
    "The address of this page keeps this view: bookmark it or send it.": (
        "Địa chỉ trang này giữ nguyên cách xem: hãy đánh dấu trang hoặc gửi cho người khác."
    ),
    "Submission": "Bài nộp",
    "Pages": "Trang",
    "To the start": "Về đầu",
    "Next page": "Trang sau",
    "Progress": "Tiến độ",
    "The last %(count)s days": "%(count)s ngày qua",
    "Period": "Khoảng thời gian",
    "By day": "Theo ngày",
    "By enumerator": "Theo điều tra viên",
    "By area: %(name)s": "Theo địa bàn: %(name)s",
    "Day": "Ngày",
    "Area": "Địa bàn",
    "With findings": "Có lỗi phát hiện",
    "Median duration": "Thời gian điền trung vị",
    "%(count)s s": "%(count)s giây",
    "without": "không có",
    "Nothing has come in this period.": "Không có bài nộp nào trong khoảng thời gian này.",
    "Question": "Câu hỏi",
    "Show": "Xem",
    "No photos.": "Chưa có ảnh nào.",
    "None among the photos that were looked at; the next page goes on.": (
        "Không có ảnh nào trong số đã xem; trang sau xem tiếp."
    ),
    "Places": "Địa điểm",
    "Colour by": "Tô màu theo",
    "Review state": "Trạng thái duyệt",
    "All questions": "Mọi câu hỏi",
    "This form asks for no places.": "Biểu mẫu này không hỏi địa điểm nào.",
    "The map is not built on this server; the list has the places. An administrator runs “make assets”.": (
        "Máy chủ này chưa dựng phần bản đồ; danh sách vẫn có đủ địa điểm. Người quản trị chạy “make assets”."
    ),
    "Other answers": "Câu trả lời khác",
    "No answer": "Không trả lời",
    "Zoom in": "Phóng to",
    "Zoom out": "Thu nhỏ",
    "%(count)s records": "%(count)s bài",
    "%(count)s records, the first %(most)s are listed": "%(count)s bài, liệt kê %(most)s bài đầu",
    "The places could not be loaded. Check the connection and load the page again.": (
        "Không tải được địa điểm. Hãy kiểm tra kết nối rồi tải lại trang."
    ),
    "No places here. Change the filter or the search.": "Không có địa điểm nào. Hãy đổi bộ lọc hoặc từ tìm kiếm.",
    "Choose by a box": "Chọn bằng khung",
    "List what is in view": "Liệt kê trong khung nhìn",
    "Show all": "Xem tất cả",
    "Loading the places…": "Đang tải địa điểm…",
    "Map: arrow keys move it, plus and minus zoom": (
        "Bản đồ: phím mũi tên để di chuyển, cộng và trừ để phóng to thu nhỏ"
    ),
    "Legend": "Chú giải",
}
