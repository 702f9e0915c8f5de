"""Parts of the Today page: what needs attention now."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import streamlit as st

from workbench.domain.moments import duration, span
from workbench.domain.standing.targets import DUE_SOON_HOURS
from workbench.domain.vocabulary import ActionKind, Outcome, Standing
from workbench.ui.charts.bars import bars_markup, show_bars
from workbench.ui.charts.figures import draw_open_work, open_work_title
from workbench.ui.forms.address_codes import show_unknown_codes
from workbench.ui.frame.navigation import go_to_page, page_named
from workbench.ui.html.labels import Label, label, literal
from workbench.ui.html.markup import show_heading
from workbench.ui.live.cached_queries import QueryResult, read
from workbench.ui.live.current_desk import current_desk
from workbench.ui.tables.columns import moment, text
from workbench.ui.tables.filters import Condition, is_true, narrowed, where
from workbench.ui.tables.tables import show_accounts
from workbench.ui.text.words import (
    KIND_WORDS,
    OUTCOME_WORDS,
    RESTRICTED_BY_EVENT,
    STANDING_WORDS,
    cause_words,
    count,
    hours_since,
    plural,
    sentences,
)
from workbench.ui.verification.page import FILTER_WORDS

LIST_WORDS = {
    "us": "With us",
    "customer": "With customer",
    "bakkt": "With Bakkt",
    "soon": "Due in {day}",
    "contradictions": "Contradictions",
    "restricted": "Restricted by event",
    "all": "All open",
}
QUEUE_COLUMNS = ["client_account_id", "display_name", "standing", "turn", "due_at", "standing_since"]
CONTRADICTION_COLUMNS = ["client_account_id", "display_name", "standing", "contradiction", "last_event_at", "read_at"]
RESTRICTED_COLUMNS = ["client_account_id", "display_name", "standing", "turn", "why", "last_event_at", "read_at"]
DISAGREEMENT_LOOKS = {
    "why": text("Why", 200),
    "last_event_at": moment("Last event", width=104),
    "read_at": moment("Last read", width=104),
}
_ACTION_LOOKS = {
    "action": text("Action", 150),
    "outcome": text("Outcome", 190),
    "started_at": moment("Sent", width=104),
    "actor": text("By", 90),
}
_OPEN_STANDINGS = [standing.value for standing in Standing if not standing.is_final]


@dataclass(frozen=True, slots=True)
class Tile:
    """One number, what it counts, and the list behind it."""

    name: str
    number: int
    words: str
    page: str
    filters: dict[str, str]
    tone: str = ""


def tiles_of(summary: dict[str, Any], soon_hours: float) -> list[Tile]:
    expiring, expired, odd = summary["links_expiring"], summary["links_expired"], summary["contradictions"]
    unread = (summary["never_read"] or 0) + (summary["failures_open"] or 0)
    to_expire = f"{'link expires' if expiring == 1 else 'links expire'} in the next {span(soon_hours)}"
    to_renew = f"{'link' if expired == 1 else 'links'} expired: send a new one"
    contradictions = "contradiction" if odd == 1 else "contradictions"
    return [
        Tile("ending", expiring, to_expire, "verification", {"link": FILTER_WORDS["expiring"]}, "amber"),
        Tile(
            "last", summary["last_links"], "on their last link", "verification", {"link": FILTER_WORDS["last"]}, "red"
        ),
        Tile("expired", expired, to_renew, "verification", {"link": FILTER_WORDS["expired"]}),
        Tile("us", summary["stuck_us"], "late, with us", "today", {"list": "us"}),
        Tile("customer", summary["stuck_customer"], "late, with the customer", "today", {"list": "customer"}),
        Tile("bakkt", summary["stuck_bakkt"], "late, with Bakkt", "today", {"list": "bakkt"}),
        Tile("odd", odd, contradictions, "today", {"list": "contradictions"}),
        Tile("restricted", summary["restricted_by_event"], "restricted by event", "today", {"list": "restricted"}),
        Tile("unread", unread, "not read or failing", "data", {}),
    ]


def headline_of(summary: dict[str, Any], last_ending: int, soon_hours: float) -> tuple[str, str]:
    """The page's headline, and the line below it."""
    ending, stuck = summary["links_expiring"] or 0, summary["stuck_us"] or 0
    if ending:
        lasts = f"; for {plural(last_ending, 'customer')} it is the last one" if last_ending else ""
        answer = f"{plural(ending, 'link expires', 'links expire')} in the next {span(soon_hours)}{lasts}"
    elif stuck:
        answer = f"{plural(stuck, 'account')} with us {'is' if stuck == 1 else 'are'} late"
    else:
        answer = "Nothing is waiting for us right now"
    return answer, sentences(_lead(summary), last_event_words(summary["last_event_at"], datetime.now(UTC)))


def last_event_words(last_event_at: datetime | None, now: datetime) -> str:
    """How long ago the last event came from Bakkt."""
    if last_event_at is None:
        return "No event has arrived yet."
    return f"Last event {duration(max(hours_since(last_event_at, now), 0))} ago."


def silence_words(silence: dict[str, Any]) -> str:
    """The warning that events are probably being lost; empty if there is no sign of it."""
    if not silence["is_silent"]:
        return ""
    changed = silence["changes_found"]
    return sentences(
        f"No events from Bakkt for {duration(silence['silent_hours'])}; usually one comes within "
        f"{duration(silence['usual_gap_hours'])}.",
        f"A sync found {plural(changed, 'account')} changed since then.",
        "Check the webhook on Data.",
    )


def show_unsettled(unsettled: QueryResult) -> None:
    """List the actions without a known outcome; selecting one opens its receipt."""
    total = unsettled.table.num_rows
    if not total:
        return
    show_heading(f"{plural(total, 'action')} without a known outcome", "locked until settled; open one to settle it")
    _show_actions(unsettled, "unsettled")


def show_rejected_later(rejected: QueryResult) -> None:
    """List the updates that Bakkt rejected after accepting them; selecting one opens its receipt."""
    total = rejected.table.num_rows
    if not total:
        return
    title = f"{plural(total, 'update was', 'updates were')} rejected by Bakkt after being accepted"
    show_heading(title, "listed until somebody has seen it; open one to see why")
    _show_actions(rejected, "rejected-later")


def _show_actions(actions: QueryResult, key: str) -> None:
    show_accounts(
        replace(actions, table=_actions_in_words(actions)),
        ["client_account_id", "action", "outcome", "started_at", "actor", "reason"],
        key=key,
        file_name="",
        rows_at_once=4,
        looks=_ACTION_LOOKS,
        id_column="action_id",
        open_row=_open_action,
    )


def _actions_in_words(actions: QueryResult) -> pa.Table:
    rows = actions.rows
    outcomes = [OUTCOME_WORDS[Outcome(row["outcome"])] for row in rows]
    kinds = [KIND_WORDS[ActionKind(row["kind"])] for row in rows]
    table = actions.table.drop_columns(["outcome"])
    return table.append_column("outcome", pa.array(outcomes)).append_column("action", pa.array(kinds))


def _open_action(action_id: str) -> None:
    go_to_page("actions", action=action_id)


def show_tiles(tiles: list[Tile]) -> None:
    for column, tile in zip(st.columns(len(tiles), gap="xsmall"), tiles, strict=True):
        tone = (tile.tone or "plain") if tile.number else "calm"
        with column, st.container(key=f"wb-tile-{tone}-{tile.name}", height="stretch"):
            _show_tile(tile, label("**{}** {}", count(tile.number), tile.words))


def _show_tile(tile: Tile, words: Label) -> None:
    """A link to another page's list, or a button that shows a list on this page."""
    if tile.page == "today":
        arguments = (tile.filters["list"],)
        st.button(words, key=f"wb-to-{tile.name}", type="tertiary", width="stretch", on_click=_choose, args=arguments)
    else:
        st.page_link(page_named(tile.page), label=words, query_params=tile.filters, width="stretch")


def _choose(chosen: str, standing: str | None = None) -> None:
    st.session_state["list"], st.session_state["standing"] = chosen, standing


def ask_for_list() -> tuple[str, str | None]:
    """Ask for the list and the standing; both are kept in the address."""
    list_words = {literal(words.format(day=span(day_hours()))) for words in LIST_WORDS.values()}
    standing_words = {STANDING_WORDS[Standing(name)] for name in _OPEN_STANDINGS}
    show_unknown_codes("today", {"list": {*LIST_WORDS, *list_words}, "standing": {*_OPEN_STANDINGS, *standing_words}})
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        chosen = st.segmented_control(
            "List",
            list(LIST_WORDS),
            format_func=lambda name: literal(LIST_WORDS[name].format(day=span(day_hours()))),
            default="us",
            required=True,
            key="list",
            bind="query-params",
            label_visibility="collapsed",
        )
        standing = st.selectbox(
            "Standing",
            _OPEN_STANDINGS,
            index=None,
            format_func=lambda name: STANDING_WORDS[Standing(name)],
            placeholder="Any standing",
            key="standing",
            bind="query-params",
            label_visibility="collapsed",
            width=170,
        )
    return chosen or "us", standing


def listed(chosen: str, standing: str | None) -> QueryResult:
    """The rows of the chosen list, of the chosen standing."""
    of_standing = where("standing", standing) if standing else None
    if chosen == "contradictions":
        return narrowed(read("accounts/contradictions"), of_standing)
    if chosen == "restricted":
        return narrowed(_with_causes(read("accounts/restricted")), of_standing)
    return narrowed(read("backlog/queue"), *_CONDITIONS[chosen], of_standing)


def columns_of(chosen: str) -> list[str]:
    return {"contradictions": CONTRADICTION_COLUMNS, "restricted": RESTRICTED_COLUMNS}.get(chosen, QUEUE_COLUMNS)


def note_of(chosen: str) -> str:
    """What the chosen list means, where its name does not say it."""
    return {
        "contradictions": "No rule of Bakkt's explains these: ask Bakkt which is right.",
        "restricted": f"{RESTRICTED_BY_EVENT} The event counts.",
    }.get(chosen, "")


def _with_causes(restricted: QueryResult) -> QueryResult:
    causes = [cause_words(row["standing_cause"]) for row in restricted.rows]
    return replace(restricted, table=restricted.table.append_column("why", pa.array(causes, pa.string())))


def day_hours() -> float:
    """The hours within which an account is due soon: a day, shorter in the sandbox's practice mode."""
    return DUE_SOON_HOURS / current_desk().settings.speed


def show_open_work(by_standing: QueryResult) -> None:
    rows = by_standing.rows
    show_bars(
        open_work_title(rows),
        bars_markup(draw_open_work(rows, st.session_state.get("standing")), room=2),
        key="open-work",
        note="coloured part: late",
        on_pick=lambda standing: _choose("all", standing),
    )


_CONDITIONS: dict[str, tuple[Condition, ...]] = {
    "us": (where("turn", "us"), is_true("is_past_due")),
    "customer": (where("turn", "customer"), is_true("is_past_due")),
    "bakkt": (where("turn", "bakkt"), is_true("is_past_due")),
    "soon": (is_true("is_due_soon"),),
    "all": (),
}


def _lead(summary: dict[str, Any]) -> str:
    stuck = sentences(
        f"{plural(summary['stuck_total'] or 0, 'account')} late:",
        f"{count(summary['stuck_us'])} with us, {count(summary['stuck_customer'])} with customers,",
        f"{count(summary['stuck_bakkt'])} with Bakkt.",
    )
    return sentences(stuck, f"{count(summary['due_soon'])} more due within {span(day_hours())}.")
