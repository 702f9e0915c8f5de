"""Parts of the Activity page: the action log with its filters, and the actions that wait to be settled."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa
import streamlit as st

from workbench.actions.doubts import CONFIRMED_ALTHOUGH
from workbench.domain.account.field_words import field_words
from workbench.domain.text import bare_id
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.ui.forms.address_codes import ANY_DAY, show_unknown_codes
from workbench.ui.forms.settling import BY_A_PERSON, BY_READING, waits_for
from workbench.ui.frame.navigation import go_to_page
from workbench.ui.html.markup import show_empty, show_heading
from workbench.ui.live.cached_queries import QueryResult, read, read_uncached
from workbench.ui.live.current_desk import current_desk
from workbench.ui.tables.columns import moment, text
from workbench.ui.tables.tables import ROWS_SHOWN, FullList, show_accounts
from workbench.ui.text.confirmed_words import confirmed_words
from workbench.ui.text.moments import start_of_day
from workbench.ui.text.words import KIND_WORDS, OUTCOME_WORDS, count, plural, sentences

OPEN_COLUMNS = ["client_account_id", "action", "waits_for", "started_at", "actor", "reason"]
LOG_COLUMNS = ["client_account_id", "action", "outcome", "started_at", "actor", "changed_fields", "bakkt_words", "more"]
_FILTERS = "wb-activity-filters"
_VISITS = "wb-activity-visits"
_FILTER_KEYS = ("since", "kind", "outcome", "actor", "account_id")

_LOOKS = {
    "action": text("Action", 152),
    "outcome": text("Outcome", 160),
    "waits_for": text("Waits for", 160),
    "started_at": moment("Sent", width=104),
    "actor": text("By", 96),
    "changed_fields": text("Changed", 330, "Field names, never values; in full on the receipt"),
    "bakkt_words": text("Bakkt said", 130),
    "more": text("Reason and note"),
}
_IN_THE_LEAD = (*(one for one in Outcome if one is not Outcome.SENT), Outcome.SENT)
_LEAD_WORDS = {
    Outcome.ACCEPTED: "accepted",
    Outcome.REFUSED: "refused",
    Outcome.NOT_SENT: "not sent",
    Outcome.UNKNOWN: "unknown",
    Outcome.SENT: "not answered yet",
    Outcome.REJECTED_LATER: "rejected later",
}


class LogFilters(NamedTuple):
    """The filters of the action log; None means no filter. ``since`` is a day where the reader sits."""

    since: date | None
    kind: str | None
    outcome: str | None
    actor: str | None
    client_account_id: str | None

    @property
    def parameters(self) -> dict[str, str | date | None]:
        """What the query of the log is asked."""
        return {**self._asdict(), "since": start_of_day(self.since) if self.since else None}

    @property
    def is_filtered(self) -> bool:
        return any(value is not None for value in self)


def count_outcomes(filters: LogFilters) -> dict[str, int]:
    """Return how many actions the filters find, by outcome."""
    return {row["outcome"]: row["actions"] for row in read("actions/outcomes", **filters.parameters).rows}


def headline_of(
    unsettled: Sequence[dict[str, Any]], outcomes: Mapping[str, int], filters: LogFilters
) -> tuple[str, str]:
    """The headline (what waits to be settled), and the line below it (what the filters found)."""
    waits = [waits_for(row["kind"], row["outcome"]) for row in unsettled]
    people, readings = waits.count(BY_A_PERSON), waits.count(BY_READING)
    if people:
        answer = f"{plural(people, 'action needs', 'actions need')} to be settled by hand"
    elif readings:
        answer = f"{plural(readings, 'action is', 'actions are')} being settled by reading the account back"
    else:
        answer = "All actions are settled" if outcomes or filters.is_filtered else "Nothing has been sent to Bakkt yet"
    return answer, sentences(_outcome_words(outcomes, filters), _pause_words() if readings else "")


def _outcome_words(outcomes: Mapping[str, int], filters: LogFilters) -> str:
    if not outcomes:
        return ""
    counted = [(outcomes[outcome], _LEAD_WORDS[outcome]) for outcome in _IN_THE_LEAD if outcome in outcomes]
    by_outcome = ", ".join(f"{count(number)} {words}" for number, words in counted)
    filtered = " with these filters" if filters.is_filtered else ""
    return f"{plural(sum(outcomes.values()), 'action')}{filtered}: {by_outcome}."


def _pause_words() -> str:
    """Why automatic settling is paused; empty if it is not."""
    reason = current_desk().background.settler.state().paused_because
    return f"Reading back is paused: {reason}" if reason else ""


def show_unsettled(unsettled: QueryResult) -> None:
    """List the actions without a known outcome; selecting one opens its receipt, where it can be settled."""
    total = unsettled.table.num_rows
    if not total:
        return
    show_heading(f"{plural(total, 'action')} without a known outcome", "locked until settled; open one to settle it")
    show_accounts(
        _in_words(unsettled),
        OPEN_COLUMNS,
        key=f"activity-open-{_visits()}",
        file_name="",
        rows_at_once=6,
        looks=_LOOKS,
        id_column="action_id",
        open_row=open_receipt,
    )


def ask_for_filters() -> LogFilters:
    """Ask for the filters in one row; all are kept in the address."""
    actors = [row["actor"] for row in read("actions/actors").rows]
    known = {
        "kind": {*ActionKind, *KIND_WORDS.values()},
        "outcome": {*Outcome, *OUTCOME_WORDS.values()},
        "actor": {*actors},
        "since": ANY_DAY,
    }
    show_unknown_codes("actions", known)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        since = st.date_input("Since", value=None, format="YYYY-MM-DD", key="since", bind="query-params", width=130)
        kind = st.selectbox(
            "Action",
            [kind.value for kind in ActionKind],
            index=None,
            format_func=lambda name: KIND_WORDS[ActionKind(name)],
            placeholder="Any",
            key="kind",
            bind="query-params",
            width=210,
        )
        outcome = st.selectbox(
            "Outcome",
            [outcome.value for outcome in Outcome],
            index=None,
            format_func=lambda name: OUTCOME_WORDS[Outcome(name)],
            placeholder="Any",
            key="outcome",
            bind="query-params",
            width=220,
        )
        actor = st.selectbox(
            "By", actors, index=None, placeholder="Anyone", key="actor", bind="query-params", width=150
        )
        account = st.text_input(
            "Account id", key="account_id", bind="query-params", width=220, max_chars=300, autocomplete="off"
        )
    return LogFilters(since, kind, outcome, actor, bare_id(account) or None)


def show_log(actions: int, filters: LogFilters) -> None:
    """Show the newest of the actions that the filters find; selecting a row opens its receipt."""
    if not actions:
        _show_nothing(filters)
        return
    show_accounts(
        _in_words(read("actions/log", **filters.parameters, limit=ROWS_SHOWN)),
        LOG_COLUMNS,
        key="-".join(("activity-log", str(_visits()), *(str(value or "") for value in filters))),
        file_name="actions",
        rows_at_once=14,
        looks=_LOOKS,
        full_list=FullList(actions, lambda: _in_words(read_uncached("actions/log", **filters.parameters)).table),
        id_column="action_id",
        open_row=open_receipt,
    )


def _show_nothing(filters: LogFilters) -> None:
    if filters.is_filtered:
        show_empty("No action matches these filters.", "Remove a filter.")
    else:
        show_empty("Nothing has been sent to Bakkt yet.", "Open a customer: the next step is at the top of the page.")


def open_receipt(action_id: str) -> None:
    """Open the receipt on this page, and remember the filters; on return no row is selected."""
    st.session_state[_VISITS] = _visits() + 1
    st.session_state[_FILTERS] = {key: st.session_state[key] for key in _FILTER_KEYS if key in st.session_state}
    go_to_page("actions", action=action_id)


def _visits() -> int:
    """How many receipts this tab has opened; part of the list keys, so that a returned list has no selection."""
    return int(st.session_state.get(_VISITS, 0))


def return_to_list() -> None:
    """Return to the list with the filters it had when the receipt was opened."""
    st.session_state.update(st.session_state.get(_FILTERS, {}))
    st.query_params.pop("action", None)


def _in_words(actions: QueryResult) -> QueryResult:
    """The actions with kind, outcome and changed fields in words, and with columns for what they wait for and notes."""
    rows = actions.rows
    replaced = [name for name in ("outcome", "changed_fields") if name in actions.table.column_names]
    table = actions.table.drop_columns(replaced)
    columns = {
        "action": [KIND_WORDS[ActionKind(row["kind"])] for row in rows],
        "outcome": [OUTCOME_WORDS[Outcome(row["outcome"])] for row in rows],
        "waits_for": [waits_for(row["kind"], row["outcome"]) for row in rows],
        "changed_fields": [_short(row.get("changed_fields") or "") for row in rows],
        "more": [sentences(row["reason"] or "", row["note"] or "", _confirmed(row)) for row in rows],
    }
    for name, values in columns.items():
        table = table.append_column(name, pa.array(values, pa.string()))
    return replace(actions, table=table)


def _confirmed(row: dict[str, Any]) -> str:
    words = confirmed_words({CONFIRMED_ALTHOUGH: row.get("confirmed_although") or ""})
    return f"Confirmed although: {words}." if words else ""


def _short(changed_fields: str) -> str:
    return "; ".join(map(field_words, filter(None, changed_fields.split(", "))))
