"""How each column of the catalogue looks in a table: its header, its kind and its width, said once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from workbench.ui.charts.palette import GREY, TURN_COLOURS
from workbench.ui.text.moments import reader_zone
from workbench.ui.text.words import LINK_WORDS, LINKS_ALLOWED, STANDING_WORDS, TURN_WORDS, code_word

LINK_HOURS = 72
_GREY_BADGE = f"{GREY}33"


@dataclass(frozen=True, slots=True)
class Look:
    """``arrange`` changes the values for the eye; ``configure`` gives Streamlit's column for them."""

    configure: Callable[[], Any]
    arrange: Callable[[pa.ChunkedArray], pa.ChunkedArray | pa.Array] = lambda values: values


def text(label: str, width: Any = None, note: str | None = None) -> Look:
    return Look(lambda: st.column_config.TextColumn(label, width=width, help=note))


def identifier(label: str) -> Look:
    return Look(lambda: st.column_config.TextColumn(label, width=132, pinned=True))


def number(label: str, pattern: str = "localized", width: Any = None, note: str | None = None) -> Look:
    return Look(lambda: st.column_config.NumberColumn(label, format=pattern, width=width, help=note))


def moment(label: str, pattern: str = "D MMM HH:mm", width: Any = None, note: str | None = None) -> Look:
    """A time in the reader's own zone; ``distance`` says it as people do and sorts by the time itself."""
    return Look(
        lambda: st.column_config.DatetimeColumn(
            label, format=pattern, width=width, help=note, timezone=str(reader_zone())
        ),
        in_utc,
    )


def calendar_day(label: str, width: Any = None) -> Look:
    """A day of the calendar, as on a paper: the same one in every time zone."""
    return Look(
        lambda: st.column_config.DateColumn(label, format="D MMM YYYY", width=width),
        lambda values: values.cast(pa.date32()),
    )


def percent(label: str, width: Any = None, note: str | None = None) -> Look:
    return Look(
        lambda: st.column_config.NumberColumn(label, format="%.0f%%", width=width, help=note),
        lambda values: pc.multiply(values, 100),
    )


def flag(label: str, width: Any = None, note: str | None = None) -> Look:
    """A word where it is so, and nothing where it is not."""
    return Look(
        lambda: st.column_config.TextColumn(label, width=width, help=note),
        lambda values: each_once(values, lambda value: "last" if value else ""),
    )


def code(label: str, width: Any = None) -> Look:
    return Look(lambda: st.column_config.TextColumn(label, width=width), lambda values: each_once(values, code_word))


def badges(label: str, words: Mapping[Any, str], colours: Mapping[Any, str], width: Any = None) -> Look:
    """Words in a coloured badge; a value without a word of ours is shown as it is."""
    return Look(
        lambda: st.column_config.MultiselectColumn(
            label, options=list(words.values()), color=[colours.get(key, _GREY_BADGE) for key in words], width=width
        ),
        lambda values: as_lists(each_once(values, lambda value: words.get(value, value))),
    )


def hours_bar(label: str) -> Look:
    return Look(
        lambda: st.column_config.ProgressColumn(
            label, format="%.0f h", min_value=0, max_value=LINK_HOURS, width=128, color="gray"
        ),
        lambda values: pc.if_else(pc.greater(values, 0), values, None),
    )


def in_utc(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """The store's timestamps with the zone they are in."""
    if pa.types.is_timestamp(values.type) and values.type.tz is None:
        return values.cast(pa.timestamp("us", "UTC"))
    return values


def each_once(values: pa.ChunkedArray, say: Callable[[Any], str]) -> pa.Array:
    """The values in words: every distinct one is translated once."""
    coded = pc.dictionary_encode(values).combine_chunks()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.chunk(0) if coded.num_chunks else pa.array([], pa.dictionary(pa.int32(), pa.string()))
    words = pa.array([say(value) for value in coded.dictionary.to_pylist()], pa.string())
    return words.take(coded.indices)


def as_lists(values: pa.Array) -> pa.Array:
    """Each value as a list of one, an absent one as an empty list: what a badge column takes."""
    lengths = pc.cast(pc.is_valid(values), pa.int32())
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths)])
    return pa.ListArray.from_arrays(offsets, values.drop_null())


_TURN_BADGES = {turn: f"{colour}55" for turn, colour in TURN_COLOURS.items()}

LOOKS: dict[str, Look] = {
    "client_account_id": identifier("Account"),
    "display_name": text("Name", width=190),
    "account_type": code("Type", width=90),
    "standing": badges("Standing", STANDING_WORDS, {}, width=118),
    "turn": badges("Whose move", TURN_WORDS, _TURN_BADGES, width=110),
    "link_state": badges("Link", LINK_WORDS, {}, width=92),
    "standing_since": moment("Since", "distance", width=104, note="When the account entered this standing"),
    "due_at": moment("Due", "distance", width=104, note="When the account passes its target"),
    "link_expires_at": moment("Link ends", width=104),
    "hours_left": hours_bar("Time left"),
    "expirations_used": number(
        "Links used",
        f"%d of {LINKS_ALLOWED}",
        width=84,
        note="Expirations observed since the workbench knows the account",
    ),
    "contradiction": text("Contradiction"),
    "entered_at": moment("Entered"),
    "reached_at": moment("Reached"),
    "reason": text("Reason"),
    "started_at": moment("Started"),
    "finished_at": moment("Finished"),
    "accounts_due": number("Due"),
    "accounts_read": number("Read"),
    "accounts_failed": number("Failed"),
    "requests": number("Requests"),
    "failed_at": moment("Last tried"),
    "times": number("Times"),
    "title": text("What happened"),
}


def look_of(name: str) -> Look:
    return LOOKS.get(name) or text(name.replace("_", " ").capitalize())
