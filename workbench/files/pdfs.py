"""PDFs: every object is read. A PDF that does more than show its pages is refused; none is modified."""

import binascii
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject, StreamObject

from workbench.files.examined import ExaminedFile
from workbench.files.kinds import FileKind
from workbench.files.reasons import FileRefused, Reason

MAX_PAGES = 300
MAX_OBJECTS = 200_000
MAX_NODES = 5_000_000

_END = b"%%EOF"
_BLANK = b"\0\t\n\f\r "
_STREAM = re.compile(rb">>\s*stream\r?\n.*?endstream", re.DOTALL)
_FREE_GENERATION = 65_535
_RESOURCE_ERRORS = (LimitReachedError, RecursionError, MemoryError)
_PARSE_ERRORS = (
    *(PyPdfError, OSError, ValueError, EOFError, IndexError, KeyError, TypeError, AttributeError, OverflowError),
    *(AssertionError, NotImplementedError, struct.error, zlib.error, binascii.Error),
)


def examine_pdf(content: bytes) -> ExaminedFile:
    """The unmodified PDF once all of it was checked. Raises Unfit."""
    _refuse_second_file(content)
    _refuse(find_refused_name(_STREAM.sub(b" ", content)))
    try:
        pages = _read_through(content)
    except _RESOURCE_ERRORS:
        raise FileRefused(Reason.TOO_MUCH_WORK) from None
    except _PARSE_ERRORS:
        raise FileRefused(Reason.BROKEN) from None
    if pages > MAX_PAGES:
        raise FileRefused(Reason.TOO_MANY_PAGES)
    if not pages:
        raise FileRefused(Reason.BROKEN)
    return ExaminedFile(FileKind.PDF, content, pages=pages)


def _refuse_second_file(content: bytes) -> None:
    """Refuses data after the last end marker, and a ZIP archive anywhere in the file."""
    _, mark, behind = content.rpartition(_END)
    if not mark:
        raise FileRefused(Reason.BROKEN)
    if behind.strip(_BLANK) or zipfile.is_zipfile(io.BytesIO(content)):
        raise FileRefused(Reason.SECOND_FILE)


def _read_through(content: bytes) -> int:
    """Checks every object of every revision; returns the number of pages."""
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise FileRefused(Reason.ENCRYPTED)
    _look_at(reader.trailer)
    ids = list(_ids_of(reader))
    if len(ids) > MAX_OBJECTS:
        raise FileRefused(Reason.TOO_MUCH_WORK)
    for number, generation in ids:
        found = reader.get_object(IndirectObject(number, generation, reader))
        if found is not None:
            _look_at(found)
    return len(reader.pages)


def _ids_of(reader: PdfReader) -> Iterator[tuple[int, int]]:
    for generation, numbers in reader.xref.items():
        if generation != _FREE_GENERATION:
            yield from ((number, generation) for number in numbers)
    yield from ((number, 0) for number in reader.xref_objStm)


def _look_at(found: PdfObject) -> None:
    """Checks the object and everything nested in it; referenced objects are checked on their own."""
    waiting, nodes = [found], 0
    while waiting:
        nodes += 1
        if nodes > MAX_NODES:
            raise FileRefused(Reason.TOO_MUCH_WORK)
        one = waiting.pop()
        if isinstance(one, DictionaryObject):
            _refuse(_judge(one))
            waiting.extend(one.raw_get(key) for key in one)
        elif isinstance(one, ArrayObject):
            waiting.extend(list.__iter__(one))


def _judge(found: DictionaryObject) -> Reason | None:
    """Why a dictionary is refused, or None."""
    keys = set(found)
    named = next((KEYS[key] for key in KEYS if key in keys), None)
    return named or _judge_names(found) or _judge_triggers(found) or _judge_stream(found)


def _judge_names(found: DictionaryObject) -> Reason | None:
    tables: tuple[tuple[str, Judgement], ...] = (("/S", ACTION_TYPES), ("/Type", TYPES), ("/Subtype", SUBTYPES))
    for key, judgement in tables:
        if key in found:
            value = found[key]
            if isinstance(value, str) and value in judgement:
                return judgement[value]
    return None


def _judge_triggers(found: DictionaryObject) -> Reason | None:
    """Opening at a certain page is harmless and common; any other automatic action is refused."""
    for key in TRIGGERS & set(found):
        value = found[key]
        is_view = key == "/OpenAction" and (
            isinstance(value, ArrayObject | str)
            or (isinstance(value, DictionaryObject) and value.get("/S") == "/GoTo" and "/Next" not in value)
        )
        if not is_view and value:
            return Reason.ACTION
    return None


def _judge_stream(found: DictionaryObject) -> Reason | None:
    if not isinstance(found, StreamObject):
        return None
    if "/F" in found or "/FFilter" in found:
        return Reason.LAUNCH
    return find_refused_name(found.get_data()) if found.get("/Type") == "/ObjStm" else None


def _refuse(reason: Reason | None) -> None:
    if reason is not None:
        raise FileRefused(reason)


Judgement = Mapping[str, Reason]

KEYS: Judgement = {
    "/Encrypt": Reason.ENCRYPTED,
    "/JS": Reason.SCRIPT,
    "/JavaScript": Reason.SCRIPT,
    "/XFA": Reason.FORM,
    "/EmbeddedFiles": Reason.ATTACHMENT,
    "/EF": Reason.ATTACHMENT,
    "/Collection": Reason.ATTACHMENT,
    "/RichMediaContent": Reason.MEDIA,
}
"""Dictionary keys."""

ACTION_TYPES: Judgement = {
    "/JavaScript": Reason.SCRIPT,
    "/Launch": Reason.LAUNCH,
    "/GoToR": Reason.LAUNCH,
    "/GoToE": Reason.ATTACHMENT,
    "/SubmitForm": Reason.LAUNCH,
    "/ImportData": Reason.LAUNCH,
    "/Rendition": Reason.MEDIA,
    "/Movie": Reason.MEDIA,
    "/Sound": Reason.MEDIA,
    "/RichMediaExecute": Reason.MEDIA,
    "/GoTo3DView": Reason.MEDIA,
}
"""Action types. A web link (/URI) does nothing until someone follows it."""

TYPES: Judgement = {"/EmbeddedFile": Reason.ATTACHMENT}

SUBTYPES: Judgement = {
    "/FileAttachment": Reason.ATTACHMENT,
    "/RichMedia": Reason.MEDIA,
    "/Movie": Reason.MEDIA,
    "/Sound": Reason.MEDIA,
    "/Screen": Reason.MEDIA,
    "/3D": Reason.MEDIA,
}
"""Annotation types."""

TRIGGERS = frozenset({"/OpenAction", "/AA"})
"""Keys of actions that run by themselves."""

_REFUSED_NAMES: Mapping[bytes, Reason] = {
    b"/Encrypt": Reason.ENCRYPTED,
    b"/JavaScript": Reason.SCRIPT,
    b"/JS": Reason.SCRIPT,
    b"/Launch": Reason.LAUNCH,
    b"/GoToE": Reason.ATTACHMENT,
    b"/EmbeddedFile": Reason.ATTACHMENT,
    b"/EmbeddedFiles": Reason.ATTACHMENT,
    b"/FileAttachment": Reason.ATTACHMENT,
    b"/RichMedia": Reason.MEDIA,
    b"/XFA": Reason.FORM,
}
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_NAME = re.compile(rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%]+")


def find_refused_name(written: bytes) -> Reason | None:
    """Why these PDF bytes are refused, by their names: this also finds objects that nothing refers to."""
    plain = _ESCAPED.sub(lambda escaped: bytes([int(escaped[1], 16)]), written)
    names = set(_NAME.findall(plain))
    return next((reason for name, reason in _REFUSED_NAMES.items() if name in names), None)
