"""The page Backlog: its headline, and the list of its view."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import streamlit as st

from workbench.domain.moments import duration
from workbench.domain.words import count, plural
from workbench.ui.backlog.codes import CODE_WORDS, ListCodes, read_codes
from workbench.ui.backlog.columns import LOOKS, columns_of
from workbench.ui.backlog.filters import ask_for_filters
from workbench.ui.backlog.kyb_screens import show_decided_screens
from workbench.ui.backlog.lists import count_rows, read_page, read_whole
from workbench.ui.backlog.missing_data import show_fields
from workbench.ui.backlog.navigation import day_words, show_views, soon_words
from workbench.ui.backlog.second_person import show_second_person
from workbench.ui.backlog.tiles import show_tiles
from workbench.ui.backlog.views import AWAITING_SECOND, VIEWS
from workbench.ui.forms.address_codes import show_unknown
from workbench.ui.frame.frame import show_answer, wake_at
from workbench.ui.frame.navigation import go_to_account, go_to_page
from workbench.ui.html.markup import show_empty, show_note
from workbench.ui.live.cached_queries import QueryResult, read, read_slow_moving
from workbench.ui.live.while_shown import keep, kept
from workbench.ui.segments.choosing import show_segment
from workbench.ui.tables.downloads import about_of
from workbench.ui.tables.pages import last_instead
from workbench.ui.tables.provenance import SOURCE, offer_source, show_source_and_files
from workbench.ui.tables.work_list import WorkList, show_work_list
from workbench.ui.text.words import hours_since, sentences

SECONDS_BETWEEN_LISTS = 5.0
_USUAL_VIEW = "wb-backlog-usual"


def show_backlog(found: QueryResult) -> None:
    """Show the views at the left, and the list of one of them under what cannot wait."""
    wake_at_next_change(found)
    counts = found.first
    codes, unknown = read_codes(usual_view(counts))
    with st.container(horizontal=True, gap="medium", key="wb-desk", height="stretch"):
        with st.container(width=196, key="wb-desk-views"):
            show_views(codes.shown_view, counts, go_to_view)
            _offer_numbers()
        with st.container(key="wb-desk-list", gap="small", height="stretch"):
            show_answer(*headline_of(counts), silence_words(read_slow_moving("events/silence").first))
            show_tiles(counts, read_slow_moving("backlog/trends").rows, go_to_view)
            show_unknown({CODE_WORDS[name]: code for name, code in unknown.items()})
            show_segment(codes.segment)
            show_list(codes, count_rows(codes, counts))


def _offer_numbers() -> None:
    """Offer the numbers beside the views and on the tiles as files."""
    counts, trends = read("backlog/counts"), read_slow_moving("backlog/trends")

    def show() -> None:
        show_note("How many accounts each view has now")
        show_source_and_files(counts, "backlog-counts", "backlog-counts")
        show_note("The tiles, for the last 14 days")
        show_source_and_files(trends, "backlog-trends", "backlog-trends")

    with st.container(key="wb-foot-numbers"):
        offer_source(SOURCE, "numbers", show)


def show_list(codes: ListCodes, total: int) -> None:
    """Show the filters and the page of the list. A page behind the last one is the last one."""
    if codes.view == AWAITING_SECOND:
        show_second_person()
        return
    shown = codes.on_page(last_instead(codes.page, total))
    bar = st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="wb-filters-backlog")
    with bar:
        if not codes.shown_view.are_actions:
            ask_for_filters(shown)
    if total and shown.shown_view.note:
        show_note(shown.shown_view.note)
    if total:
        _show_rows(shown, total, bar)
    elif codes.is_filtered:
        show_empty("No account in this view matches these filters.", "Remove a filter.")
    else:
        show_empty("Nothing is in this view.")
    if codes.view == "kyb_screening":
        show_decided_screens()
    if codes.view == "missing":
        show_fields()


def _show_rows(codes: ListCodes, total: int, bar: Any) -> None:
    view, page = codes.shown_view, read_page(codes)
    rows = page.table
    show_work_list(
        WorkList(
            key="-".join(codes.address.values()),
            name="backlog",
            rows=rows,
            columns=columns_of(codes, rows.column_names),
            total=total,
            file_name=f"backlog-{view.code}",
            read_whole=lambda: read_whole(codes),
            page=codes.page,
            looks=LOOKS,
            noun="action" if view.are_actions else "account",
            id_column="action_id" if view.are_actions else "client_account_id",
            rows_at_once=None if view.fills else 12,
            about=about_of(page),
        ),
        bar=bar,
        open_row=_open_action if view.are_actions else partial(_open_account, codes),
        go_to_page=lambda page: _go_to(codes.on_page(page)),
    )


def _open_account(codes: ListCodes, client_account_id: str, **part: str) -> None:
    """Open the account at an address that leads back to this very list."""
    go_to_account(client_account_id, **part, **codes.address)


def _open_action(action_id: str) -> None:
    go_to_page("actions", action=action_id)


def usual_view(counts: Mapping[str, int]) -> str:
    """The view of an address that names none: the most urgent on arrival, and the same for as long as one stays."""
    view = kept(_USUAL_VIEW, str) or most_urgent(counts)
    keep(_USUAL_VIEW, view)
    return view


def most_urgent(counts: Mapping[str, int]) -> str:
    """The view of what the headline says cannot wait."""
    if counts["last_expiring"]:
        return "last"
    return next((view for view in ("expiring", "late_us") if counts[view]), "open")


def headline_of(counts: Mapping[str, Any]) -> tuple[str, str]:
    """The one thing that cannot wait, and the line below it."""
    soon = f"in the next {soon_words()}"
    lasts, ending, late = counts["last_expiring"], counts["expiring"], counts["late_us"]
    expire = plural(ending, "link expires", "links expire")
    lead = ""
    if lasts:
        customers = "this customer" if lasts == 1 else "these customers"
        answer = f"{plural(lasts, 'last link expires', 'last links expire')} {soon}: call {customers} first"
        lead = f"{expire} {soon}; for {plural(lasts, 'customer')} it is the last one."
    elif ending:
        answer = f"{expire} {soon}"
    elif late:
        answer = f"{plural(late, 'account')} with us {'is' if late == 1 else 'are'} late"
    else:
        answer = "Nothing is waiting for us right now"
    waiting = counts["awaiting_second"]
    second = f"{plural(waiting, 'action waits', 'actions wait')} for a second person." if waiting else ""
    return answer, sentences(
        lead, second, _late_words(counts), last_event_words(counts["last_event_at"], datetime.now(UTC))
    )


def _late_words(counts: Mapping[str, int]) -> str:
    return (
        f"{plural(counts['late'], 'account')} late: {count(counts['late_us'])} with us, "
        f"{count(counts['late_customer'])} with customers, {count(counts['late_bakkt'])} with Bakkt. "
        f"{count(counts['due'])} more due within {day_words()}."
    )


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


def wake_at_next_change(found: QueryResult) -> None:
    """Rerun the page when the next link expires or the next account becomes late, even if no new data arrives."""
    counts = found.first
    moments = [counts["next_expiry_at"], counts["next_due_at"], counts["next_lapse_at"]]
    wake_at(moments, found.read_at, after_seconds=SECONDS_BETWEEN_LISTS)


def go_to_view(view: str) -> None:
    """List another view, without filters."""
    if view in VIEWS:
        _go_to(ListCodes(view))


def _go_to(codes: ListCodes) -> None:
    st.query_params.from_dict(codes.address)
