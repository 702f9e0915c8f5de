"""Parts of the page Actions: what went to Bakkt, who sent it, what became of it, and what waits to be settled."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa
import streamlit as st

from workbench.actions.settling.settling import SETTLED_BY_READING
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.ui.frame.navigation import open_place
from workbench.ui.html.markup import show_empty, show_heading
from workbench.ui.live.cached_queries import Reading, read
from workbench.ui.live.current_desk import current_desk
from workbench.ui.tables.columns import moment, text
from workbench.ui.tables.tables import show_accounts
from workbench.ui.text.field_words import field_words
from workbench.ui.text.words import KIND_WORDS, OUTCOME_WORDS, count, plural, sentences

OPEN_COLUMNS = ["client_account_id", "action", "waits_for", "started_at", "actor", "reason"]
LOG_COLUMNS = ["client_account_id", "action", "outcome", "started_at", "actor", "changed_fields", "bakkt_words", "more"]
BY_READING = "Reading the account back"
BY_A_PERSON = "A person"
FOR_AN_ANSWER = "Bakkt's answer"
_FILTERS = "wb-trail-filters"
_VISITS = "wb-trail-visits"
_FILTER_KEYS = ("since", "kind", "outcome", "actor", "account_id")

_LOOKS = {
    "action": text("Action", 152),
    "outcome": text("Outcome", 160),
    "waits_for": text("Waits for", 160),
    "started_at": moment("Sent", width=104),
    "actor": text("By", 96),
    "changed_fields": text("Changed", 330, "Names of fields, never their values; whole on the receipt"),
    "bakkt_words": text("Bakkt said", 130),
    "more": text("Reason and note"),
}
_IN_THE_LEAD = (Outcome.ACCEPTED, Outcome.REFUSED, Outcome.NOT_SENT, Outcome.UNKNOWN, Outcome.SENT)
_LEAD_WORDS = {
    Outcome.ACCEPTED: "accepted",
    Outcome.REFUSED: "refused",
    Outcome.NOT_SENT: "not sent",
    Outcome.UNKNOWN: "unknown",
    Outcome.SENT: "without an answer yet",
}


class Asked(NamedTuple):
    """What the filters ask for; None asks for everything. ``since`` is a day (UTC)."""

    since: date | None
    kind: str | None
    outcome: str | None
    actor: str | None
    client_account_id: str | None

    @property
    def is_narrow(self) -> bool:
        return any(value is not None for value in self)


def answer_of(unsettled: Sequence[dict[str, Any]], listed: Sequence[dict[str, Any]], asked: Asked) -> tuple[str, str]:
    """What waits to be settled in one line, and what the filters found in the second."""
    waits = [waits_for(row["kind"], row["outcome"]) for row in unsettled]
    people, readings = waits.count(BY_A_PERSON), waits.count(BY_READING)
    if people:
        answer = f"{plural(people, 'action')} {'waits' if people == 1 else 'wait'} for a person to settle"
    elif readings:
        answer = f"{plural(readings, 'action')} {'is' if readings == 1 else 'are'} being settled by reading back"
    else:
        answer = "Every action has its outcome" if listed or asked.is_narrow else "Nothing was sent to Bakkt yet"
    return answer, sentences(_listed_words(listed, asked), _pause_words() if readings else "")


def _listed_words(listed: Sequence[dict[str, Any]], asked: Asked) -> str:
    if not listed:
        return ""
    outcomes = [row["outcome"] for row in listed]
    counted = [(outcomes.count(outcome), _LEAD_WORDS[outcome]) for outcome in _IN_THE_LEAD]
    told = ", ".join(f"{count(number)} {words}" for number, words in counted if number)
    return f"{plural(len(listed), 'action')}{' with these filters' if asked.is_narrow else ''}: {told}."


def _pause_words() -> str:
    """Why nothing is settled by itself at the moment, where that is so."""
    reason = current_desk().live.settler.state().paused_because
    return f"Reading back pauses: {reason}" if reason else ""


def waits_for(kind: str, outcome: str) -> str:
    """What the outcome of an open action will come from."""
    if outcome == Outcome.SENT:
        return FOR_AN_ANSWER
    return BY_READING if ActionKind(kind) in SETTLED_BY_READING else BY_A_PERSON


def show_unsettled(unsettled: Reading) -> None:
    """Actions without a certain outcome, each one a click from its receipt, where a person settles it."""
    total = unsettled.table.num_rows
    if not total:
        return
    show_heading(
        f"{plural(total, 'action')} without a certain outcome", "closed for others until settled; open one to settle it"
    )
    show_accounts(
        _said(unsettled),
        OPEN_COLUMNS,
        key=f"trail-open-{_visits()}",
        file_name="",
        rows_at_once=6,
        looks=_LOOKS,
        id_column="action_id",
        open_row=open_receipt,
    )


def ask_for_filters() -> Asked:
    """One row of filters, all of them in the address."""
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
        actors = [row["actor"] for row in read("actions/actors").rows]
        actor = st.selectbox(
            "By", actors, index=None, placeholder="Anybody", key="actor", bind="query-params", width=150
        )
        account = st.text_input(
            "Account id", key="account_id", bind="query-params", width=220, max_chars=300, autocomplete="off"
        )
    return Asked(since, kind, outcome, actor, account.strip() or None)


def show_log(log: Reading, asked: Asked) -> None:
    """The list that the filters leave, the newest first; a row opens its receipt."""
    if not log.table.num_rows:
        _show_nothing(asked)
        return
    show_accounts(
        _said(log),
        LOG_COLUMNS,
        key="-".join(("trail", str(_visits()), *(str(value or "") for value in asked))),
        file_name="actions",
        rows_at_once=14,
        looks=_LOOKS,
        id_column="action_id",
        open_row=open_receipt,
    )


def _show_nothing(asked: Asked) -> None:
    if asked.is_narrow:
        show_empty("No action is like this.", "Take a filter away.")
    else:
        show_empty("Nothing was sent to Bakkt yet.", "Open a customer: its actions are at the top of the page.")


def open_receipt(action_id: str) -> None:
    """The same page with the receipt alone. When the list comes back nothing is chosen in it."""
    st.session_state[_VISITS] = _visits() + 1
    st.session_state[_FILTERS] = {key: st.session_state[key] for key in _FILTER_KEYS if key in st.session_state}
    open_place("actions", action=action_id)


def _visits() -> int:
    """How many receipts this tab opened from its lists."""
    return int(st.session_state.get(_VISITS, 0))


def return_to_list() -> None:
    """To the list with the filters that it had when the receipt was opened from it."""
    st.session_state.update(st.session_state.get(_FILTERS, {}))
    st.query_params.pop("action", None)


def _said(actions: Reading) -> Reading:
    """The rows in words: what was done, what came of it, what it waits for, and what a person or we noted."""
    rows = actions.rows
    told = [name for name in ("outcome", "changed_fields") if name in actions.table.column_names]
    table = actions.table.drop_columns(told)
    columns = {
        "action": [KIND_WORDS[ActionKind(row["kind"])] for row in rows],
        "outcome": [OUTCOME_WORDS[Outcome(row["outcome"])] for row in rows],
        "waits_for": [waits_for(row["kind"], row["outcome"]) for row in rows],
        "changed_fields": [_short(row.get("changed_fields") or "") for row in rows],
        "more": [sentences(row["reason"] or "", row["note"] or "") for row in rows],
    }
    for name, values in columns.items():
        table = table.append_column(name, pa.array(values, pa.string()))
    return replace(actions, table=table)


def _short(changed_fields: str) -> str:
    return "; ".join(map(field_words, filter(None, changed_fields.split(", "))))
