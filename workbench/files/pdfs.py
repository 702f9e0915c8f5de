"""PDFs: every object is read. A PDF that does more than show its pages is refused; its objects stay as they are."""

import io
import zipfile
from collections.abc import Iterable, Iterator

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String
from pikepdf.exceptions import PasswordError, PikepdfError

from workbench.files.examined import ExaminedFile
from workbench.files.kinds import FileKind
from workbench.files.pdf_emptiness import is_empty
from workbench.files.pdf_frame import framed
from workbench.files.pdf_losses import are_pages_whole, has_lost_objects, is_beyond_limit
from workbench.files.pdf_names import ACTION_TYPES, KEYS, SUBTYPES, TRIGGERS, TYPES
from workbench.files.pdf_unlisted import find_unlisted_reason, references_in, written_objects
from workbench.files.reasons import FileRefused, Reason

MAX_PAGES = 300
MAX_OBJECTS = 200_000
MAX_NODES = 5_000_000


def examine_pdf(content: bytes, leading_bytes: int = 0) -> ExaminedFile:
    """The PDF once all of it was checked, unmodified from its head to its end. Raises FileRefused."""
    pdf = framed(content, leading_bytes)
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise FileRefused(Reason.SECOND_FILE)
    try:
        pages = _read_through(pdf.content)
    except (RecursionError, MemoryError):
        raise FileRefused(Reason.TOO_MUCH_WORK) from None
    except PasswordError:
        raise FileRefused(Reason.ENCRYPTED) from None
    except PikepdfError as error:
        raise FileRefused(Reason.TOO_MUCH_WORK if is_beyond_limit(error) else Reason.BROKEN) from None
    if pages > MAX_PAGES:
        raise FileRefused(Reason.TOO_MANY_PAGES)
    if not pages:
        raise FileRefused(Reason.BROKEN)
    return ExaminedFile(
        FileKind.PDF,
        pdf.content,
        pages=pages,
        leading_bytes=leading_bytes,
        trailing_bytes=pdf.trailing_bytes,
        is_end_added=pdf.is_end_added,
    )


def _read_through(content: bytes) -> int:
    """Checks every object of the file; returns the number of pages."""
    with Pdf.open(io.BytesIO(content), inherit_page_attributes=False) as pdf:
        if pdf.is_encrypted:
            raise FileRefused(Reason.ENCRYPTED)
        objects = list(pdf.objects)
        if len(objects) > MAX_OBJECTS:
            raise FileRefused(Reason.TOO_MUCH_WORK)
        is_repaired = bool(pdf.get_warnings())
        _refuse(_most_telling(reason for one in (pdf.trailer, *objects) for reason in _reasons_in(one)))
        written = written_objects(content, objects)
        _refuse(find_unlisted_reason(pdf, written, is_index_sound=not is_repaired))
        if (is_repaired and has_lost_objects(pdf, references_in(written))) or not are_pages_whole(pdf):
            raise FileRefused(Reason.BROKEN)
        return len(pdf.pages)


def _most_telling(reasons: Iterable[Reason]) -> Reason | None:
    """What an action does says more than that it runs by itself."""
    found = list(reasons)
    return next((reason for reason in found if reason is not Reason.ACTION), found[0] if found else None)


def _reasons_in(found: Object) -> Iterator[Reason]:
    """Why the object is refused, with everything nested in it; referenced objects are judged on their own."""
    waiting, nodes = [found], 0
    while waiting:
        one = waiting.pop()
        reason = _judge(one) if isinstance(one, Dictionary | Stream) else None
        if reason is not None:
            yield reason
        inside = _parts(one)
        nodes += len(inside)
        if nodes > MAX_NODES:
            raise FileRefused(Reason.TOO_MUCH_WORK)
        waiting.extend(part for part in inside if isinstance(part, Object) and not part.is_indirect)


def _parts(found: Object) -> list[object]:
    if isinstance(found, Dictionary | Stream):
        return [value for _, value in found.items()]
    return list(found) if isinstance(found, Array) else []


def _judge(found: Object) -> Reason | None:
    """Why a dictionary is refused, or None."""
    return _judge_keys(found) or _judge_names(found) or _judge_triggers(found) or _judge_stream(found)


def _judge_keys(found: Object) -> Reason | None:
    """A key with nothing behind it is none, and only text is a script: /JS may also name a font or a place."""
    keys = found.keys()
    return next((KEYS[key] for key in KEYS if key in keys and _is_told(key, found.get(key))), None)


def _is_told(key: str, value: object) -> bool:
    return not is_empty(value) and (key != "/JS" or isinstance(value, String | Stream))


def _judge_names(found: Object) -> Reason | None:
    for key, judgement in (("/S", ACTION_TYPES), ("/Type", TYPES), ("/Subtype", SUBTYPES)):
        value = found.get(key)
        if isinstance(value, Name | String):  # compared, not looked up: a name need not be valid text
            reason = next((reason for name, reason in judgement.items() if value == name), None)
            if reason:
                return reason
    return None


def _judge_triggers(found: Object) -> Reason | None:
    """Opening at a certain page is harmless and common; any other automatic action is refused."""
    for key in TRIGGERS:
        value = found.get(key)
        is_view = key == "/OpenAction" and (
            isinstance(value, Array | Name | String)
            or (isinstance(value, Dictionary) and value.get("/S") == Name.GoTo and "/Next" not in value)
        )
        if not is_view and not is_empty(value):
            return Reason.ACTION
    return None


def _judge_stream(found: Object) -> Reason | None:
    """A stream may keep its content in another file."""
    return Reason.LAUNCH if isinstance(found, Stream) and ("/F" in found or "/FFilter" in found) else None


def _refuse(reason: Reason | None) -> None:
    if reason is not None:
        raise FileRefused(reason)
