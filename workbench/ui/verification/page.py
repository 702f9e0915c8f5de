"""Parts of the Verification page: the customers who still have to verify, and their links."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from workbench.domain.links.links import LINK_LIFE_HOURS
from workbench.domain.moments import span
from workbench.domain.words import count, plural
from workbench.figures.samples import SMALL_SAMPLE
from workbench.figures.verification.completion import draw_completion
from workbench.ui.charts.bars import bars_markup, show_bars
from workbench.ui.charts.figures import draw_yield, yield_title
from workbench.ui.charts.plots import show_figure
from workbench.ui.frame.frame import wake_at
from workbench.ui.frame.navigation import HOME, page_named
from workbench.ui.html.markup import show_heading
from workbench.ui.live.cached_queries import QueryResult, read, read_in_batches
from workbench.ui.live.current_desk import current_desk
from workbench.ui.tables.columns import moment, text
from workbench.ui.tables.downloads import about_of
from workbench.ui.tables.pages import ROWS_A_PAGE, go_to_page_of_list, offset_of, page_in_address
from workbench.ui.tables.provenance import offer_answer
from workbench.ui.tables.work_list import WorkList, show_work_list
from workbench.ui.text.words import sentences

SECONDS_BETWEEN_LISTS = 5.0
USED_UP_COLUMNS = [
    "client_account_id",
    "display_name",
    "used_up_at",
    "standing",
    "first_link_expired_at",
    "first_link_sent_by",
    "second_link_expired_at",
    "second_link_sent_by",
    "third_link_expired_at",
    "third_link_sent_by",
]
_USED_UP_LOOKS = {
    "used_up_at": moment("Out of links", width=104),
    **{
        f"{name}_link_{part}": look
        for name in ("first", "second", "third")
        for part, look in (
            ("expired_at", moment(f"{name.capitalize()} expired", width=104)),
            ("sent_by", text("Sent by", 80)),
        )
    },
}
_NEXT_EXPIRIES = 20
_VIEWS = {"verification": "All who must verify", "last": "Last links", "expired": "Expired links"}
"""The views of Backlog that this page leads to."""


class ListCount(NamedTuple):
    """How many customers are on a list, how many of them are late or have a last link."""

    accounts: int = 0
    late: int = 0
    last_links: int = 0


Counts = Mapping[str, ListCount]


def read_counts(segment: str | None) -> Counts:
    """Return the counts of all lists by name; a list without customers has none."""
    rows = read("verification/counts", segment=segment).rows
    return defaultdict(
        ListCount, {row["list"]: ListCount(row["accounts"], row["late"], row["last_links"]) for row in rows}
    )


def show_lists(segment: str | None) -> None:
    """Show the ways to the customers, who are listed on Backlog."""
    among = {"segment": segment} if segment else {}
    with st.container(horizontal=True, gap="medium", key="wb-verification-lists"):
        for view in _VIEWS:
            st.page_link(page_named(HOME), label=_VIEWS[view], query_params={"view": view, **among})


def warning_hours() -> float:
    """The hours left below which a link is expiring (setting LINK_WARNING_HOURS)."""
    return current_desk().settings.link_warning_hours


def wake_at_next_expiry() -> None:
    """Rerun the page when the next link expires, even if no new data arrives."""
    ending = read("verification/expiring", hours=LINK_LIFE_HOURS, limit=_NEXT_EXPIRIES)
    wake_at(ending.table["link_expires_at"].to_pylist(), ending.read_at, after_seconds=SECONDS_BETWEEN_LISTS)


def headline_of(counts: Counts, segment: str | None = None) -> tuple[str, str]:
    total = counts["all"].accounts
    if not total:
        return f"No customer {'of this segment ' if segment else ''}has to verify right now", ""
    ending, lasts = counts["expiring"].accounts, counts["expiring"].last_links
    answer = f"{plural(total, 'customer')} must still verify"
    if ending:
        answer += f"; {plural(ending, 'link expires', 'links expire')} in the next {span(warning_hours())}"
        answer += f"; for {plural(lasts, 'customer')} it is the last one" if lasts else ""
    return answer, sentences(
        f"{count(counts['all'].late)} late.",
        f"{count(counts['expired'].accounts)} expired: send a new one. "
        f"{count(counts['used_up'].accounts)} out of links.",
        "Counts begin when the account was imported.",
    )


def show_yield(outcomes: QueryResult) -> None:
    rows = outcomes.rows
    if not rows:
        show_heading(yield_title(rows))
        return
    show_bars(yield_title(rows), bars_markup(draw_yield(rows), room=1.6))
    offer_answer(outcomes, "verification-yield", "yield")


def show_completion(completion: QueryResult) -> None:
    """Show the share of links that were completed anyway, by the time they had left."""
    rows = completion.rows
    if not any(row["basis"] == "ordinal" for row in rows):
        return
    show_heading("Completed anyway, by time left", f"hollow: fewer than {SMALL_SAMPLE} cases")
    show_figure(
        draw_completion,
        completion,
        key="wb-figure-completion",
        alt="For the first, second and third link, the share that was completed after all, by the hours it had left",
    )
    offer_answer(completion, "verification-completion", "completion")


def show_used_up(counts: Counts, segment: str | None) -> None:
    """List the customers who are out of links: when each link expired, and who sent it."""
    total = counts["ledger"].accounts
    if not total:
        show_heading(f"No customer {'of this segment ' if segment else ''}has run out of links")
        return
    bar = st.container(horizontal=True, vertical_alignment="center", gap="medium", key="wb-ledger")
    with bar:
        title = f"{plural(total, 'customer has', 'customers have')} no links left"
        show_heading(title, "Bakkt issues no more; only Bakkt can help")
    page = page_in_address(total)
    used_up = read("verification/used_up", segment=segment, limit=ROWS_A_PAGE, offset=offset_of(page))
    show_work_list(
        WorkList(
            key=f"used_up-{segment}-{page}",
            name="used_up",
            rows=used_up.table,
            columns=USED_UP_COLUMNS,
            total=total,
            file_name="out-of-links",
            read_whole=lambda: read_in_batches("verification/used_up", segment=segment),
            page=page,
            looks=_USED_UP_LOOKS,
            rows_at_once=6,
            about=about_of(used_up),
        ),
        bar=bar,
        go_to_page=go_to_page_of_list,
    )
