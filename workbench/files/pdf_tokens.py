"""Names and references in the bytes of a PDF. What stands in text, in comments and in streams is neither."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

_BLANK = rb"(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])"
_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})" + _BLANK + rb"+\d{1,5}" + _BLANK + rb"+obj(?![A-Za-z])|(?<![a-z])trailer\b")
_TOKEN = re.compile(
    rb"%[^\r\n]*"
    rb"|(?P<text>\()"
    rb"|(?P<opening><<|\[)|(?P<closing>>>|\])"
    rb"|<[^<>]*>"
    rb"|(?P<name>/[^\0\t\n\f\r ()<>\[\]{}/%]+)"
    rb"|(?P<reference>(?<![\w.])(?P<number>\d{1,10})" + _BLANK + rb"+(?P<generation>\d{1,5})" + _BLANK + rb"+R\b)"
    rb"|(?P<end>\b(?:endobj|stream)\b)"
)
_IN_TEXT = re.compile(rb"\\.|[()]", re.DOTALL)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_NOTHING = re.compile(
    _BLANK + rb"*(?:null\b|\[" + _BLANK + rb"*\]|\(\s*\)|<\s*>|"
    rb"<<" + _BLANK + rb"*(?:/(?:Names|Kids)" + _BLANK + rb"*\[" + _BLANK + rb"*\])?" + _BLANK + rb"*>>)"
)
_DEPTHS = {"opening": 1, "closing": -1}


def object_places(written: bytes) -> Iterator[tuple[int, int, int]]:
    """Each object's number (0 for a trailer), where it begins, and where its content begins.

    Also of those that no index lists: a reader that repairs the file would find them.
    """
    for found in _OBJECT.finditer(written):
        yield int(found[1] or 0), found.start(), found.end()


def packed_places(unpacked: bytes, first: int) -> Sequence[tuple[int, int]]:
    """The number of each object in an unpacked object stream and where it begins; ``first`` is where all begin."""
    numbers = [int(one) for one in unpacked[:first].split() if one.isdigit()]
    return [(number, first + offset) for number, offset in list(pairwise(numbers))[::2]]


def names_at(written: bytes, start: int) -> Iterator[bytes]:
    """The names in the object that begins there, unescaped; left out are those with nothing behind them."""
    for token in _tokens(written, start):
        if token["name"] and not _NOTHING.match(written, token.end()):
            yield _ESCAPED.sub(lambda escaped: bytes([int(escaped[1], 16)]), token["name"])


def references_at(written: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Number and generation of each object that the object beginning there refers to."""
    for token in _tokens(written, start):
        if token["reference"]:
            yield int(token["number"]), int(token["generation"])


def _tokens(written: bytes, start: int) -> Iterator[re.Match[bytes]]:
    """The tokens of one object: up to where its outermost dictionary or array closes."""
    position, depth = start, 0
    while token := _TOKEN.search(written, position):
        kind = token.lastgroup or ""
        position = _end_of_text(written, token.end()) if kind == "text" else token.end()
        depth += _DEPTHS.get(kind, 0)
        yield token
        if kind == "end" or (kind and depth <= 0):
            return


def _end_of_text(written: bytes, start: int) -> int:
    """Just behind the parenthesis that closes it; ``start`` if none does, so that nothing hides behind an open one."""
    position, depth = start, 1
    while depth:
        found = _IN_TEXT.search(written, position)
        if found is None:
            return start
        position = found.end()
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
    return position
