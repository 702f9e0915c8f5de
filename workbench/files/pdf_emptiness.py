"""Whether anything is behind a key of a PDF: many programs write a script tree or a form that has nothing in it."""

from pikepdf import Array, Dictionary, Stream, String
from pikepdf.exceptions import PdfError

_MAX_DEPTH = 20
_KIDS, _LABELS = "/Kids", "/Limits"


def is_empty(value: object, depth: int = 0) -> bool:
    """Whether it is null, blank text, a stream without data, or a list or tree of nothing else.

    Text in a list is a label of what follows it. A tree that is too deep to follow is not empty.
    """
    if depth > _MAX_DEPTH:
        return False
    if isinstance(value, Stream):
        return _is_without_data(value)
    if isinstance(value, Dictionary):
        return all(_is_empty_branch(key, part, depth + 1) for key, part in value.items())
    if isinstance(value, Array):
        return all(isinstance(part, String) or (isinstance(part, Stream) and _is_without_data(part)) for part in value)
    return value is None or (isinstance(value, String) and not bytes(value).strip())


def _is_empty_branch(key: str, value: object, depth: int) -> bool:
    if key == _KIDS and isinstance(value, Array):
        return all(is_empty(kid, depth) for kid in value)
    return key == _LABELS or is_empty(value, depth)


def _is_without_data(stream: Stream) -> bool:
    try:
        return not stream.read_bytes().strip()
    except PdfError:
        return False
