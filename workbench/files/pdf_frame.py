"""Where a PDF begins and ends: what carries no content before its head or behind its end is cut off.

Bytes that were added before the head by a mail gateway or a web server shift everything behind them. Whether the index
counts them shows which of its positions are right.
"""

import re
from dataclasses import dataclass, field

from workbench.files.kinds import NO_CONTENT
from workbench.files.reasons import FileRefused, Reason

_END = b"%%EOF"
_INDEX = b"startxref"
_BLANKS = rb"[\0\t\n\f\r ]"
_LAST_INDEX = re.compile(_INDEX + _BLANKS + rb"+(\d+)")
_REST = re.compile(_BLANKS + rb"*(?P<mark>%(?:%(?:E(?:O(?:F)?)?)?)?)?(?P<more>(?:" + _BLANKS + rb"|%%EOF)*)")
_CUT_REVISION = re.compile(_BLANKS + rb"*\d+ \d+ obj")
_INDEX_START = re.compile(_BLANKS + rb"*(?:xref\b|\d+ \d+ obj)")
_HEAD_BYTES = len("%PDF-1.7")


@dataclass(frozen=True, slots=True)
class FramedPdf:
    """The PDF from its head to its end, and what was cut off or added."""

    content: bytes = field(repr=False)
    trailing_bytes: int = 0
    is_end_added: bool = False


def framed(content: bytes, leading_bytes: int = 0) -> FramedPdf:
    """The PDF from its head, behind ``leading_bytes`` without content, to its end mark.

    Raises FileRefused if it was cut before its end, or holds something behind it.
    """
    last = _LAST_INDEX.match(content, max(0, content.rfind(_INDEX)))
    if last is None:
        raise FileRefused(_reason_behind(content))
    rest = _REST.match(content, last.end())
    end = rest.end() if rest else last.end()
    behind = NO_CONTENT.match(content, end)
    if behind is None or behind.end() < len(content):
        raise FileRefused(_reason_at(content, end))
    is_marked = rest is not None and _END in rest[0]
    whole = content[:end] if is_marked else content[: last.end()] + b"\n" + _END + b"\n"
    return FramedPdf(_from_head(whole, leading_bytes, int(last[1])), len(content) - end, not is_marked)


def _reason_behind(content: bytes) -> Reason:
    return _reason_at(content, content.rfind(_END) + len(_END)) if _END in content else Reason.BROKEN


def _reason_at(content: bytes, end: int) -> Reason:
    """Why what begins at ``end`` is refused: a revision that was cut off, or something that is no part of the PDF."""
    is_cut = _CUT_REVISION.match(content, end) or not content[end:].strip(b"\0\t\n\f\r ")
    return Reason.BROKEN if is_cut else Reason.SECOND_FILE


def _from_head(content: bytes, leading_bytes: int, index_at: int) -> bytes:
    """Cut off before its head; where the index counts those bytes, as many blanks move behind the version."""
    cut = content[leading_bytes:]
    if not leading_bytes or _INDEX_START.match(cut, index_at) or not _INDEX_START.match(content, index_at):
        return cut
    return cut[:_HEAD_BYTES] + b"\n" * leading_bytes + cut[_HEAD_BYTES:]
