"""Parts of the page Verification: everyone who must still verify, and their links."""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from workbench.ui.charts.bars import bars_markup, columns_markup, show_bars
from workbench.ui.charts.figures import SMALL_SAMPLE, draw_expiry, draw_yield, forecast_title, yield_title
from workbench.ui.frame.frame import wake_at
from workbench.ui.html.markup import Cell, show_empty, show_grid, show_heading, show_note
from workbench.ui.live.cached_queries import Reading, read
from workbench.ui.live.current_desk import current_desk
from workbench.ui.tables.columns import flag, moment, number, percent, text
from workbench.ui.tables.filters import Condition, narrowed, past_due, where
from workbench.ui.tables.tables import show_accounts
from workbench.ui.text.moments import reader_zone
from workbench.ui.text.words import count, ordinal, plural, sentences, share, span

SECONDS_BETWEEN_LISTS = 5.0
FILTER_WORDS = {
    "all": "All",
    "call": "Call first",
    "expiring": "Ends soon",
    "last": "Last link",
    "live": "Live",
    "expired": "Expired",
    "unknown": "Not seen",
    "used_up": "Used up",
}
COLUMNS = [
    "client_account_id",
    "display_name",
    "turn",
    "link_state",
    "hours_left",
    "link_expires_at",
    "expirations_used",
    "due_at",
    "standing_since",
]
CALL_COLUMNS = [
    "client_account_id",
    "display_name",
    "hours_left",
    "link_expires_at",
    "is_last",
    "ordinal",
    "chance_lost",
    "cases",
]
EXHAUSTED_COLUMNS = [
    "client_account_id",
    "display_name",
    "exhausted_at",
    "standing",
    "first_link_expired_at",
    "first_link_sent_by",
    "second_link_expired_at",
    "second_link_sent_by",
    "third_link_expired_at",
    "third_link_sent_by",
]
CALL_LOOKS = {
    "is_last": flag("Last link", 74, "When it expires, only Bakkt can help"),
    "ordinal": number("Link", "%d of 3", width=66),
    "chance_lost": percent(
        "Likely lost", 84, "Of links like this with as many hours left, those that did not complete"
    ),
    "cases": number("Of cases", width=76, note="Under 30 cases the share says little"),
}
_EXHAUSTED_LOOKS = {
    "exhausted_at": moment("Exhausted", width=104),
    **{
        f"{name}_link_{part}": look
        for name in ("first", "second", "third")
        for part, look in (
            ("expired_at", moment(f"{name.capitalize()} ended", width=104)),
            ("sent_by", text("Sent by", 80)),
        )
    },
}
_CONDITIONS: dict[str, tuple[Condition, ...]] = {
    "all": (),
    "call": (where("link_state", "live", "expiring"),),
    "expiring": (where("link_state", "expiring"),),
    "last": (where("link_state", "live", "expiring"), where("expirations_left", 1)),
    "live": (where("link_state", "live", "expiring"),),
    "expired": (where("link_state", "expired"), ~where("expirations_left", 0)),
    "unknown": (where("link_state", "unknown"),),
    "used_up": (where("expirations_left", 0),),
}


def ask_for_filters() -> tuple[str, bool]:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        chosen = st.segmented_control(
            "Link",
            list(FILTER_WORDS),
            format_func=FILTER_WORDS.__getitem__,
            default="all",
            required=True,
            key="link",
            bind="query-params",
            label_visibility="collapsed",
        )
        stuck = st.toggle("Past due only", key="stuck", bind="query-params")
    return chosen or "all", stuck


def listed(backlog: Reading, chosen: str, *, stuck: bool) -> Reading:
    return narrowed(backlog, *_CONDITIONS[chosen], past_due() if stuck else None)


def show_list(backlog: Reading, chosen: str, *, stuck: bool) -> None:
    """Those whom the filters leave; to call first, those come first of whom most would be lost."""
    found = listed(backlog, chosen, stuck=stuck)
    if not found.table.num_rows:
        show_empty("Nobody is on this list.", "Choose another filter.")
        return
    if chosen == "call":
        found = narrowed(read("verification/call_list"), where("client_account_id", *_ids(found)) if stuck else None)
    show_accounts(
        found,
        CALL_COLUMNS if chosen == "call" else COLUMNS,
        key=f"verification-{chosen}-{stuck}",
        file_name=f"verification-{chosen}",
        rows_at_once=9,
        looks=CALL_LOOKS if chosen == "call" else None,
    )


def _ids(reading: Reading) -> list[str]:
    ids: list[str] = reading.table["client_account_id"].to_pylist()
    return ids


def soon() -> float:
    """With fewer hours left than this, a link is expiring (setting LINK_WARNING_HOURS)."""
    return current_desk().settings.link_warning_hours


def wake_for(backlog: Reading) -> None:
    """The page moves when the next link ends, though nothing was told."""
    wake_at(backlog.table["link_expires_at"].to_pylist(), after_seconds=SECONDS_BETWEEN_LISTS)


def ending_soon(backlog: Reading) -> tuple[int, int]:
    """How many live links end soon, and how many of those are somebody's last."""
    ending = narrowed(backlog, where("link_state", "expiring"))
    return ending.table.num_rows, narrowed(ending, where("expirations_left", 1)).table.num_rows


def answer_of(backlog: Reading, summary: dict[str, Any]) -> tuple[str, str]:
    total = backlog.table.num_rows
    if not total:
        return "Nobody has to verify right now", ""
    ending, lasts = ending_soon(backlog)
    stuck = listed(backlog, "all", stuck=True).table.num_rows
    answer = f"{plural(total, 'customer')} must still verify"
    if ending:
        answer += f"; {plural(ending, 'link')} {'ends' if ending == 1 else 'end'} within {span(soon())}"
        answer += f", {count(lasts)} {'is' if lasts == 1 else 'are'} somebody's last" if lasts else ""
    return answer, sentences(
        f"{count(stuck)} past due.",
        f"{count(summary['links_expired'])} expired and ours to renew, {count(summary['links_exhausted'])} used up.",
        "Links used are those observed since the workbench knows the account.",
    )


def show_forecast(forecast: Reading) -> None:
    """The next 72 hours, hour by hour: which links end, which are somebody's last, what to expect of it."""
    rows, speed = forecast.rows, current_desk().settings.speed
    title = forecast_title(rows, speed)
    if not any(row["links_ending"] for row in rows):
        show_heading(title)
        return
    markup = columns_markup(*draw_expiry(rows, reader_zone(), datetime.now(UTC), soon(), speed))
    show_bars(title, markup, key="forecast")
    if any(row["last_links"] for row in rows):
        show_note(
            "Expected of last links: the share of links like these that did not complete with as many hours left."
        )


def show_yield(outcomes: Reading) -> None:
    rows = outcomes.rows
    if not rows:
        show_heading(yield_title(rows))
        return
    show_bars(yield_title(rows), bars_markup(draw_yield(rows), room=1.6), key="yield", note="by ordinal")


def show_completion(completion: Reading) -> None:
    """Of the links that were live with so many hours left, the share that still completed."""
    rows = completion.rows
    if not any(row["cases"] for row in rows):
        return
    show_heading("Still completed, by hours left", f"grey: fewer than {SMALL_SAMPLE} cases")
    ordinals = sorted({row["ordinal"] for row in rows})
    spans = sorted({(row["hours_from"], row["hours_until"]) for row in rows}, reverse=True)
    cells = {(row["hours_from"], row["ordinal"]): _share_cell(row) for row in rows}
    show_grid(
        ["Hours left", *(f"{ordinal(number)} link" for number in ordinals)],
        [
            [Cell(f"{start}–{end}"), *(cells.get((start, number), Cell("–")) for number in ordinals)]
            for start, end in spans
        ],
    )


def _share_cell(row: dict[str, Any]) -> Cell:
    """A share that is not of these links alone is borrowed from more of them, and says so on hover."""
    if row["share"] is None:
        return Cell("–", is_quiet=True, note="No link was decided yet")
    said = f"{share(row['share'])} of {count(row['cases'])}"
    if row["basis"] == "ordinal":
        return Cell(said, is_quiet=row["is_few"])
    of_whom = "of all ordinals" if row["basis"] == "hours" else "of all links, whatever hours they had left"
    return Cell(f"({said})", is_quiet=True, note=f"No such link was decided yet: the share is {of_whom}")


def show_exhausted(exhausted: Reading) -> None:
    """The ledger of customers whose third link expired: when, which links, who sent them."""
    total = exhausted.table.num_rows
    show_heading(f"{plural(total, 'customer')} exhausted", "three links expired; only Bakkt can help")
    if not total:
        show_note("Nobody lost a third link so far.")
        return
    show_accounts(
        exhausted,
        EXHAUSTED_COLUMNS,
        key="exhausted",
        file_name="exhausted",
        rows_at_once=6,
        looks=_EXHAUSTED_LOOKS,
    )
