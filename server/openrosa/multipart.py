"""A submission's multipart body, read as it comes in: the XML into memory, other files into the store's staging.

The parts of one POST are limited in number and size before anything of them is kept.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from flask import Request
from multipart import (
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    parse_options_header,
)

from server.errors import (
    bad_multipart,
    cut_off,
    missing_part,
    too_large,
    unsafe_file_name,
    unsupported_media_type,
)
from server.http.bodies import body_chunks
from server.storage import ObjectStore, StagedFile
from server.submissions.arrival import MAX_XML, ReceivedFile, SubmissionParts
from server.submissions.file_names import is_file_name

XML_PART = "xml_submission_file"
INCOMPLETE_PART = "*isIncomplete*"
# Collect sends at most 101 files in one POST; other clients get some room.
MAX_PARTS = 1000
# The announced limit is about files; boundaries and part headers come on top.
OVERHEAD = 1_000_000
# Small files wait in memory until they are put; beyond this sum they wait on disk like large ones.
MAX_IN_MEMORY = 8 * 1024 * 1024


@contextmanager
def received_parts(request: Request, storage: ObjectStore, max_upload: int) -> Iterator[SubmissionParts]:
    """The parts of the request; staged files that were not put into the store are gone when the block ends.

    Raises 413 before reading a body that says it is too large, and 400 for one that ends early or is malformed.
    """
    boundary = _boundary(request)
    with ExitStack() as staged_files:
        reader = _Reader(storage, staged_files)
        try:
            _feed(reader, request, boundary, max_upload + OVERHEAD)
        except ParserLimitReached:
            raise bad_multipart(f"it has more than {MAX_PARTS} parts, or a part with overlong headers") from None
        except MultipartError as error:
            raise bad_multipart(f"it is not well-formed multipart/form-data ({error})") from None
        yield reader.parts()


def _boundary(request: Request) -> str:
    kind, options = parse_options_header(request.headers.get("Content-Type", ""))
    if kind != "multipart/form-data":
        raise unsupported_media_type(kind, ["multipart/form-data"])
    boundary = options.get("boundary")
    if not boundary:
        raise bad_multipart("its Content-Type names no boundary between the parts")
    return str(boundary)


def _feed(reader: "_Reader", request: Request, boundary: str, limit: int) -> None:
    parser = PushMultipartParser(boundary, max_segment_count=MAX_PARTS)
    for chunk in body_chunks(request, limit):
        for event in parser.parse(chunk):
            reader.take(event)
    try:
        parser.close()
    except MultipartError:
        raise cut_off() if reader.has_begun else bad_multipart("it holds none of the parts it announces") from None


class _Reader:
    """Takes the parser's events: a segment's head, pieces of its body, None at its end."""

    def __init__(self, storage: ObjectStore, staged_files: ExitStack) -> None:
        self._storage = storage
        self._staged_files = staged_files
        self._xml: bytearray | None = None
        self._files: dict[str, ReceivedFile] = {}
        self._segment: MultipartSegment | None = None
        self._staged: StagedFile | None = None
        self._name = ""
        self._in_memory = 0

    @property
    def has_begun(self) -> bool:
        return self._segment is not None

    def take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        if isinstance(event, MultipartSegment):
            self._begin(event)
        elif event is None:
            self._end()
        else:
            self._add(bytes(event))

    def parts(self) -> SubmissionParts:
        if self._xml is None:
            raise missing_part(XML_PART)
        return SubmissionParts(bytes(self._xml), tuple(self._files.values()))

    def _begin(self, segment: MultipartSegment) -> None:
        self._segment = segment
        if segment.name == XML_PART:
            if self._xml is not None:
                raise bad_multipart(f"it holds two parts named {XML_PART}; send one submission at a time")
            self._xml = bytearray()
        elif segment.name != INCOMPLETE_PART:
            self._name = _file_name(segment)
            self._staged = self._staged_files.enter_context(self._storage.stage())

    def _add(self, piece: bytes) -> None:
        if self._staged is not None:
            self._staged.write(piece)
        elif self._xml is not None and self._segment is not None and self._segment.name == XML_PART:
            self._xml += piece
            if len(self._xml) > MAX_XML:
                raise too_large(MAX_XML)

    def _end(self) -> None:
        if self._staged is None or self._segment is None:
            return
        staged, self._staged = self._staged, None
        staged.finish()
        self._limit_memory(staged)
        before = self._files.get(self._name)
        if before is not None and before.staged.sha256 != staged.sha256:
            raise bad_multipart(f"it holds two different files named “{self._name}”")
        self._files[self._name] = ReceivedFile(self._name, self._segment.content_type or None, staged)

    def _limit_memory(self, staged: StagedFile) -> None:
        if self._in_memory + staged.size > MAX_IN_MEMORY:
            staged.save()
        else:
            self._in_memory += staged.size


def _file_name(segment: MultipartSegment) -> str:
    """The name that the part gives its file, which the parser has unquoted; raise 400.18 for one that is none."""
    name = str(segment.filename or segment.name)
    if not is_file_name(name):
        raise unsafe_file_name(name)
    return name
