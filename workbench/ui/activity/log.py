"""Parts of the Activity page: its headline, and the action log with what waits to be settled first."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import streamlit as st

from workbench.actions.doubts import CONFIRMED_ALTHOUGH
from workbench.domain.account.field_words import field_words
from workbench.domain.second_person import LAPSE_WORDS, LapseReason, WaitingEnd, declined_because
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.domain.words import count, plural
from workbench.ui.activity.codes import CODE_WORDS, LogCodes, read_codes
from workbench.ui.activity.filters import ask_for_filters
from workbench.ui.activity.links import show_links
from workbench.ui.forms.address_codes import show_unknown
from workbench.ui.forms.settling import BY_A_PERSON, BY_READING, waits_for
from workbench.ui.frame.frame import show_answer
from workbench.ui.frame.navigation import go_to_page
from workbench.ui.html.markup import show_empty, show_note
from workbench.ui.live.cached_queries import QueryResult, read, read_uncached
from workbench.ui.live.current_desk import current_desk
from workbench.ui.tables.columns import moment, text
from workbench.ui.tables.downloads import about_of
from workbench.ui.tables.pages import ROWS_A_PAGE, last_instead, offset_of
from workbench.ui.tables.work_list import WorkList, show_work_list
from workbench.ui.text.confirmed_words import confirmed_words
from workbench.ui.text.words import KIND_WORDS, sentences

COLUMNS = (
    *("client_account_id", "display_name", "action", "outcome", "waits_for", "started_at", "actor", "second_actor"),
    *("changed_fields", "bakkt_words", "more"),
)
_CONSTANT_BY = {"kind": "action", "outcome": "outcome", "actor": "actor"}
"""The column that a filter makes the same in all rows."""
_MAY_BE_EMPTY = ("second_actor", "waits_for", "changed_fields", "bakkt_words", "more")
_LOOKS = {
    "action": text("Action", 126),
    "waits_for": text("Waits for", 168),
    "started_at": moment("Started", width=96),
    "actor": text("By", 100),
    "second_actor": text("Second person", 110, "Who confirmed or declined it after the first"),
    "changed_fields": text("Changed", 220, "Field names, never values; in full on the receipt"),
    "bakkt_words": text("Bakkt said", 140),
    "more": text("Reason and note", 180),
}
_IN_THE_LEAD = (*(one for one in Outcome if one is not Outcome.SENT), Outcome.SENT)
_LEAD_WORDS = {
    Outcome.AWAITING_SECOND: "waiting for a second person",
    Outcome.ACCEPTED: "accepted",
    Outcome.REFUSED: "refused",
    Outcome.NOT_SENT: "not sent",
    Outcome.UNKNOWN: "unknown",
    Outcome.SENT: "not answered yet",
    Outcome.REJECTED_LATER: "rejected later",
}


def show_activity() -> None:
    """Show what waits to be settled, and the list of actions that the address asks for."""
    actors = [row["actor"] for row in read("actions/actors").rows]
    codes, unknown = read_codes(actors)
    outcomes = count_outcomes(codes)
    waiting = read("actions/awaiting").table.num_rows
    show_answer(*headline_of(read("actions/unsettled").rows, outcomes, codes, waiting))
    bar = st.container(horizontal=True, vertical_alignment="center", gap="small", key="wb-activity-bar")
    with bar:
        show_links()
    show_unknown({CODE_WORDS[name]: code for name, code in unknown.items()})
    if outcomes or codes.is_filtered:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="wb-filters-activity"):
            ask_for_filters(codes, actors)
    total = sum(outcomes.values())
    if total:
        _show_log(codes.on_page(last_instead(codes.page, total)), total, bar)
    else:
        _show_nothing(codes)


def count_outcomes(codes: LogCodes) -> dict[str, int]:
    """Return how many actions the filters find, by outcome."""
    return {row["outcome"]: row["actions"] for row in read("actions/outcomes", **codes.filters).rows}


def headline_of(
    unsettled: Sequence[dict[str, Any]], outcomes: Mapping[str, int], codes: LogCodes, waiting: int = 0
) -> tuple[str, str]:
    """The headline (what waits to be settled or for a second person), and the line below it (what filters found)."""
    waits = [waits_for(row["kind"], row["outcome"]) for row in unsettled]
    people, readings = waits.count(BY_A_PERSON), waits.count(BY_READING)
    if people:
        answer = f"{plural(people, 'action needs', 'actions need')} to be settled by hand"
    elif readings:
        answer = f"{plural(readings, 'action is', 'actions are')} being settled by reading the account back"
    elif waiting:
        answer = f"{plural(waiting, 'action waits', 'actions wait')} for a second person"
    else:
        answer = "All actions are settled" if outcomes or codes.is_filtered else "Nothing has been sent to Bakkt yet"
    return answer, sentences(_outcome_words(outcomes, codes), _pause_words() if readings else "")


def _outcome_words(outcomes: Mapping[str, int], codes: LogCodes) -> str:
    if not outcomes:
        return ""
    counted = [(outcomes[outcome], _LEAD_WORDS[outcome]) for outcome in _IN_THE_LEAD if outcome in outcomes]
    by_outcome = ", ".join(f"{count(number)} {words}" for number, words in counted)
    filtered = " with these filters" if codes.is_filtered else ""
    return f"{plural(sum(outcomes.values()), 'action')}{filtered}: {by_outcome}."


def _pause_words() -> str:
    """Why automatic settling is paused; empty if it is not."""
    reason = current_desk().background.settler.state().paused_because
    return f"Reading back is paused: {reason}" if reason else ""


def _show_log(codes: LogCodes, total: int, bar: Any) -> None:
    log = read("actions/log", **codes.filters, **codes.order, limit=ROWS_A_PAGE, offset=offset_of(codes.page))
    rows = _in_words(log).table
    show_work_list(
        WorkList(
            key="-".join(("activity", *codes.address.values())),
            name="activity",
            rows=rows,
            columns=_columns_of(codes, rows),
            total=total,
            file_name="actions",
            read_whole=lambda: _in_words(read_uncached("actions/log", **codes.filters, **codes.order)).table,
            page=codes.page,
            looks=_LOOKS,
            noun="action",
            id_column="action_id",
            about=about_of(log),
        ),
        bar=bar,
        open_row=lambda action_id: go_to_page("actions", action=action_id, **codes.address),
        go_to_page=lambda page: st.query_params.from_dict(codes.on_page(page).address),
    )


def _columns_of(codes: LogCodes, rows: pa.Table) -> list[str]:
    """The columns without those that a filter makes constant, and without those that say nothing on this page."""
    constant = {column for name, column in _CONSTANT_BY.items() if getattr(codes, name)}
    empty = {name for name in _MAY_BE_EMPTY if not any(rows[name].to_pylist())}
    return [name for name in COLUMNS if name not in constant | empty]


def _show_nothing(codes: LogCodes) -> None:
    if codes.is_filtered:
        show_empty("No action matches these filters.", "Remove a filter.")
    else:
        show_note("Open a customer: the next step is at the top of the page.")


def _in_words(actions: QueryResult) -> QueryResult:
    """The actions with kind and changed fields in words, and with columns for what they wait for and notes."""
    rows = actions.rows
    table = actions.table.drop_columns(["changed_fields"])
    columns = {
        "action": [KIND_WORDS[ActionKind(row["kind"])] for row in rows],
        "waits_for": [_waits_for(row) for row in rows],
        "changed_fields": [_short(row["changed_fields"] or "") for row in rows],
        "more": [sentences(row["reason"] or "", row["note"] or "", _ended(row), _confirmed(row)) for row in rows],
    }
    for name, values in columns.items():
        table = table.append_column(name, pa.array(values, pa.string()))
    return replace(actions, table=table)


def _waits_for(row: dict[str, Any]) -> str | None:
    return waits_for(row["kind"], row["outcome"]) if Outcome(row["outcome"]).is_open else None


def _ended(row: dict[str, Any]) -> str:
    """Why it was not sent that waited for a second person."""
    match row["waiting_ended_as"]:
        case WaitingEnd.LAPSED:
            return f"Lapsed: {LAPSE_WORDS[LapseReason(row['lapse_reason'])]}."
        case WaitingEnd.DECLINED:
            return f"Declined{declined_because(row['second_reason'])}."
        case WaitingEnd.WITHDRAWN:
            return "Withdrawn."
    return ""


def _confirmed(row: dict[str, Any]) -> str:
    words = confirmed_words({CONFIRMED_ALTHOUGH: row["confirmed_although"]})
    return f"Confirmed despite: {words}." if words else ""


def _short(changed_fields: str) -> str:
    return "; ".join(map(field_words, filter(None, changed_fields.split(", "))))
