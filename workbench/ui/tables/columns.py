"""How each column of the catalogue's queries looks in a table: its header, type and width."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from workbench.domain.links.links import LINK_LIFE_HOURS
from workbench.domain.links.requests import LINKS_ALLOWED
from workbench.domain.vocabulary import Outcome
from workbench.domain.words import STANDING_WORDS, TURN_WORDS, code_word
from workbench.figures.palette import AMBER, GREY, RED, TURN_COLOURS
from workbench.ui.text.moments import reader_zone
from workbench.ui.text.words import LINK_WORDS, OUTCOME_MARKS

_NAME_WIDTH, _NAME_LETTERS = 204, 30
"""In pixels, and how many letters of a usual width that holds."""
_GREY_BADGE = f"{GREY}33"


@dataclass(frozen=True, slots=True)
class Look:
    """``arrange`` converts the values for display; ``configure`` returns the Streamlit column for them."""

    configure: Callable[[], Any]
    arrange: Callable[[pa.ChunkedArray], pa.ChunkedArray | pa.Array] = lambda values: values


def text(label: str, width: Any = None, note: str | None = None) -> Look:
    return Look(lambda: st.column_config.TextColumn(label, width=width, help=note))


def identifier(label: str) -> Look:
    return Look(lambda: st.column_config.TextColumn(label, width=132, pinned=True))


def number(label: str, pattern: str = "localized", width: Any = None, note: str | None = None) -> Look:
    return Look(lambda: st.column_config.NumberColumn(label, format=pattern, width=width, help=note))


def moment(label: str, pattern: str = "D MMM HH:mm", width: Any = None, note: str | None = None) -> Look:
    """A time in the reader's time zone; the pattern ``distance`` shows relative times, sorted by the time itself."""
    return Look(
        lambda: st.column_config.DatetimeColumn(
            label, format=pattern, width=width, help=note, timezone=str(reader_zone())
        ),
        in_utc,
    )


def calendar_day(label: str, width: Any = None) -> Look:
    """A calendar date, the same in every time zone."""
    return Look(
        lambda: st.column_config.DateColumn(label, format="D MMM YYYY", width=width),
        lambda values: values.cast(pa.date32()),
    )


def duration_of(label: str, width: Any = 96, note: str | None = None) -> Look:
    """Hours as a person says them: "5 hours", "3 days"; sorted by their length."""
    return Look(
        lambda: st.column_config.NumberColumn(label, format="duration", width=width, help=note),
        lambda values: pc.multiply(values, 3600),
    )


def percent(label: str, width: Any = None, note: str | None = None) -> Look:
    return Look(
        lambda: st.column_config.NumberColumn(label, format="%.0f%%", width=width, help=note),
        lambda values: pc.multiply(values, 100),
    )


def name(label: str) -> Look:
    """A name that ends in an ellipsis where it is too long for its column; see ``full_names``."""
    return Look(
        lambda: st.column_config.TextColumn(label, width=_NAME_WIDTH),
        lambda values: pa.array([None if one is None else shortened(one) for one in values.to_pylist()], pa.string()),
    )


def shortened(text: str) -> str:
    """The text, or as much of its start as has room, with an ellipsis; wide letters take the room of two."""
    room = _NAME_LETTERS
    for place, letter in enumerate(text):
        room -= 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if room < 0:
            return f"{text[: place - 1].rstrip()}…"
    return text


def flag(label: str, width: Any = None, note: str | None = None) -> Look:
    """The word "last" where the value is true, else nothing."""
    return Look(
        lambda: st.column_config.TextColumn(label, width=width, help=note),
        lambda values: map_distinct(values, lambda value: "last" if value else ""),
    )


def code(label: str, width: Any = None) -> Look:
    return Look(lambda: st.column_config.TextColumn(label, width=width), lambda values: map_distinct(values, code_word))


def badges(label: str, words: Mapping[Any, str], colours: Mapping[Any, str], width: Any = None) -> Look:
    """Words in a coloured badge; a value without a known word is shown as it is."""
    return Look(
        lambda: st.column_config.MultiselectColumn(
            label, options=list(words.values()), color=[colours.get(key, _GREY_BADGE) for key in words], width=width
        ),
        lambda values: as_lists(map_distinct(values, lambda value: words.get(value, value))),
    )


def hours_bar(label: str) -> Look:
    return Look(
        lambda: st.column_config.ProgressColumn(
            label, format="%.0f h", min_value=0, max_value=LINK_LIFE_HOURS, width=96, color="gray"
        ),
        lambda values: pc.if_else(pc.greater(values, 0), values, None),
    )


def in_utc(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Mark the store's naive timestamps as UTC."""
    if pa.types.is_timestamp(values.type) and values.type.tz is None:
        return values.cast(pa.timestamp("us", "UTC"))
    return values


def map_distinct(values: pa.ChunkedArray, say: Callable[[Any], str]) -> pa.Array:
    """Convert the values to words, each distinct value once."""
    coded = pc.dictionary_encode(values).combine_chunks()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.chunk(0) if coded.num_chunks else pa.array([], pa.dictionary(pa.int32(), pa.string()))
    words = pa.array([say(value) for value in coded.dictionary.to_pylist()], pa.string())
    return words.take(coded.indices)


def as_lists(values: pa.Array) -> pa.Array:
    """Wrap each value in a list of one, and null in an empty list, as a badge column requires."""
    lengths = pc.cast(pc.is_valid(values), pa.int32())
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths)])
    return pa.ListArray.from_arrays(offsets, values.drop_null())


_TURN_BADGES = {turn: f"{colour}55" for turn, colour in TURN_COLOURS.items()}
_OUTCOME_BADGES = {
    Outcome.REFUSED: f"{RED}40",
    Outcome.REJECTED_LATER: f"{RED}40",
    Outcome.UNKNOWN: f"{AMBER}40",
    Outcome.SENT: f"{AMBER}40",
    Outcome.AWAITING_SECOND: f"{AMBER}40",
}

LOOKS: dict[str, Look] = {
    "client_account_id": identifier("Account"),
    "display_name": name("Name"),
    "account_type": code("Type", width=102),
    "standing": badges("State", STANDING_WORDS, {}, width=118),
    "turn": badges("Whose move", TURN_WORDS, _TURN_BADGES, width=102),
    "link_state": badges("Link", LINK_WORDS, {}, width=88),
    "standing_since": moment("Since", "distance", width=104, note="When the account entered this state"),
    "due_at": moment("Due", "distance", width=104, note="When the account becomes late"),
    "link_expires_at": moment("Link expires", width=104),
    "hours_left": hours_bar("Time left"),
    "expirations_used": number(
        "Links expired",
        f"%d of {LINKS_ALLOWED}",
        width=94,
        note="Counted since the account was imported",
    ),
    "contradiction": Look(
        lambda: st.column_config.TextColumn("Contradiction"), lambda values: map_distinct(values, str.capitalize)
    ),
    "outcome": badges("Outcome", OUTCOME_MARKS, _OUTCOME_BADGES, width=206),
    "entered_at": moment("Opened"),
    "reached_at": moment("Reached"),
    "reason": text("Reason"),
    "started_at": moment("Started"),
    "finished_at": moment("Finished"),
    "accounts_due": number("Due"),
    "accounts_read": number("Read"),
    "accounts_failed": number("Failed"),
    "requests": number("Requests"),
    "failed_at": moment("Last tried"),
    "times": number("Attempts"),
    "title": text("What happened"),
}


def look_of(name: str) -> Look:
    return LOOKS.get(name) or text(name.replace("_", " ").capitalize())
