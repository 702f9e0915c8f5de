"""One cell as an account id: what a spreadsheet or a listing put around it, and what is no id at all.

Ids that a spreadsheet rewrote are never guessed: ``12345`` may have been ``0012345`` once it is written ``1.2345E+04``.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from workbench.domain.spreadsheets import undefused
from workbench.domain.text import bare_id

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
LARGEST_EXACT_NUMBER = 10**15
"""Spreadsheets keep fifteen digits of a number, so a longer id has already been altered."""

WORDS_OF_A_LINE = 4

_FORMULA_AROUND_TEXT = re.compile(r'=\s*"((?:[^"]|"")*)"')
_APOSTROPHE_BEFORE_A_NUMBER = re.compile(r"^'(?=[-+]?\d{4,}$)")
_EXPONENT = re.compile(r"[+-]?\d(?:[.,]\d+)?e[+-]\d{2,3}|[+-]?\d[.,]\d+e\d{1,3}", re.IGNORECASE)
_ONLY_HASHES = re.compile(r"#{3,}")
_NUMBER_WITH_MARKS = re.compile(
    r"\d+[.,]0+|\d{1,3}(?:([.,'\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}])\d{3})(?:\1\d{3})*"
)
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DAY = re.compile(
    rf"\d{{1,2}}-(?:{_MONTH})(?:-\d\d(?:\d\d)?)?|(?:{_MONTH})-\d\d|\d{{1,2}}/\d{{1,2}}/\d\d(?:\d\d)?(?: \d.*)?",
    re.IGNORECASE,
)
_WORDS = ["null", "none", "nil", "nan", "nat", "na", "n/a", "n.a.", "n.a", "undefined", "#n/a", "#nv", "#n/d", "\\n"]
_WORDS_IN_BRACKETS = ["<na>", "<n/a>", "<null>", "(null)", "[null]", "(blank)", "(none)", "(empty)"]
_WORDS_FOR_NOTHING = frozenset(_WORDS + _WORDS_IN_BRACKETS)
_SIGNS_FOR_NOTHING = frozenset(["-", "--", "\N{EN DASH}", "\N{EM DASH}"])
_SPREADSHEET_ERROR = re.compile(r"#(?:DIV/0|[^\W\d]+(?:[/_][^\W\d]+)*|\N{INVERTED EXCLAMATION MARK}[^\W\d]+)[!?]")
_FRAME = re.compile(r"[\s+|=\-:_\u2500-\u257f]*(?:[=\-_]{3}|[\u2500-\u257f])[\s+|=\-:_\u2500-\u257f]*")
_COUNT_OF_ROWS = re.compile(
    r"\(\d[\d,.]* [^\W\d]+(?: affected)?\)|\d[\d,.]* rows?(?: in set.*| selected\.?| affected\.?| returned\.?)?",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(?:grand |sub)?totals?\b.*|sum\b.*|page \d+.*|count\b.*|end of (?:file|list|report|export)\b.*", re.IGNORECASE
)


class Left(StrEnum):
    """Why a cell is no id, although there is something in it."""

    NOTHING = "nothing"
    FRAME = "frame"
    HEADING = "heading"


class Wrong(StrEnum):
    """Why a cell, and the file with it, is refused."""

    REWRITTEN = "rewritten"
    TOO_LONG = "too long"
    NO_ID = "no id"
    BINARY = "binary"
    INVISIBLE = "invisible"


class Odd(StrEnum):
    """What may be an id, but does not look like one."""

    NUMBER = "number"
    DAY = "day"
    TOTAL = "total"
    TEXT = "text"
    SIGNS = "signs"


@dataclass(frozen=True, slots=True)
class CellReading:
    """The id; empty if there is none, and why. ``is_unguarded``: something that is no part of it was removed."""

    text: str = ""
    left: Left | None = None
    wrong: Wrong | None = None
    odd: Odd | None = None
    is_unguarded: bool = False


def read_cell(value: object, *, is_in_text: bool = False) -> CellReading:
    """An id from any kind of value. A whole number is its digits: spreadsheets make 1001.0 of 1001.

    ``is_in_text``: the cell is from a text file, which may be a listing with a frame.
    """
    if value is None:
        return CellReading()
    if isinstance(value, bytes):
        return _read_bytes(value)
    if isinstance(value, UUID):
        return CellReading(str(value))
    if isinstance(value, str):
        return _read_text(value, is_in_text=is_in_text)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _read_number(value)
    return CellReading(wrong=Wrong.REWRITTEN if isinstance(value, date | time | timedelta) else Wrong.NO_ID)


def _read_bytes(value: bytes) -> CellReading:
    try:
        return _read_text(value.decode("utf-8"), is_in_text=False)
    except UnicodeDecodeError:
        return CellReading(wrong=Wrong.BINARY)


def _read_number(value: float | Decimal) -> CellReading:
    if isinstance(value, int):
        return CellReading(str(value))
    if isinstance(value, float):
        if value != value:  # what data frames write for nothing
            return CellReading(left=Left.NOTHING)
        is_exact = value.is_integer() and abs(value) < LARGEST_EXACT_NUMBER
        return CellReading(str(int(value))) if is_exact else CellReading(wrong=Wrong.TOO_LONG)
    if not value.is_finite():
        return CellReading(left=Left.NOTHING)
    if int(value.as_tuple().exponent) > 0:  # written like 1.2E+12, with digits missing
        return CellReading(wrong=Wrong.REWRITTEN)
    is_whole = value == value.to_integral_value()
    return CellReading(str(int(value))) if is_whole else CellReading(wrong=Wrong.TOO_LONG)


def _read_text(value: str, *, is_in_text: bool) -> CellReading:
    """What is guarded is what somebody meant; only the rest is judged by how it looks."""
    text = bare_id(value)
    bare = _without_guard(text, is_in_text=is_in_text)
    is_plain = bare.isascii() and bare.isprintable()  # as most ids are
    if not is_plain and any(unicodedata.category(letter) in _INVISIBLE for letter in bare):
        return CellReading(wrong=Wrong.INVISIBLE)
    if bare != text or not bare:
        return CellReading(bare, is_unguarded=bool(bare))
    if bare.casefold() in _WORDS_FOR_NOTHING or _SPREADSHEET_ERROR.fullmatch(bare):
        return CellReading(left=Left.NOTHING)
    if is_in_text and bare in _SIGNS_FOR_NOTHING:
        return CellReading(left=Left.NOTHING)
    if is_in_text and (_FRAME.fullmatch(bare) or _COUNT_OF_ROWS.fullmatch(bare)):
        return CellReading(left=Left.FRAME)
    if _EXPONENT.fullmatch(bare) or _ONLY_HASHES.fullmatch(bare):
        return CellReading(wrong=Wrong.REWRITTEN)
    return CellReading(bare, odd=_odd(bare))


def _without_guard(text: str, *, is_in_text: bool) -> str:
    """The id without what keeps a spreadsheet from rewriting or running it."""
    formula = _FORMULA_AROUND_TEXT.fullmatch(text)
    if formula and (is_in_text or any(map(str.isdigit, formula[1]))):
        return bare_id(formula[1].replace('""', '"'))
    original = undefused(text) if is_in_text and "'" in text else text
    return bare_id(original) if original != text else _APOSTROPHE_BEFORE_A_NUMBER.sub("", text)


def _odd(text: str) -> Odd | None:
    if _NUMBER_WITH_MARKS.fullmatch(text):
        return Odd.NUMBER
    if _DAY.fullmatch(text):
        return Odd.DAY
    if not any(map(str.isalnum, text)):
        return Odd.SIGNS
    if _TOTAL.fullmatch(text) or _COUNT_OF_ROWS.fullmatch(text):
        return Odd.TOTAL
    return Odd.TEXT if _is_line_of_text(text) else None


def _is_line_of_text(text: str) -> bool:
    """Several words without a digit, or more words than an id has."""
    words = text.split()
    return len(words) > 1 and (len(words) >= WORDS_OF_A_LINE or ": " in text or not any(map(str.isdigit, text)))
