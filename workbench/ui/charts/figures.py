"""Charts: grey first, labelled directly, readable in both themes; each title answers its page's question."""

from collections.abc import Sequence
from typing import Any

from workbench.domain.links.links import LINK_LIFE_HOURS
from workbench.domain.moments import span
from workbench.domain.words import count, day, ordinal, plural, share
from workbench.figures.samples import SMALL_SAMPLE
from workbench.figures.verification.expiry import last_link_words
from workbench.ui.charts.bars import HtmlBar, HtmlBarPart
from workbench.ui.text.words import standing_word


def forecast_title(rows: Sequence[dict[str, Any]], speed: float = 1.0) -> str:
    """Answer in the title: "38 links expire in the next 72 h; for 11 customers it is the last one; about 4 …"."""
    ending, last = sum(row["links_ending"] for row in rows), sum(row["last_links"] for row in rows)
    within = span(LINK_LIFE_HOURS / speed)
    if not ending:
        return f"No live link expires in the next {within}"
    verb = "expires" if ending == 1 else "expire"
    words = f"{plural(ending, 'link')} {verb} in the next {within}"
    if not last:
        return f"{words}; for no customer it is the last one"
    return f"{words}; for {last_link_words(last, sum(row['expected_used_up'] for row in rows))}"


def draw_standings(rows: Sequence[dict[str, Any]]) -> list[HtmlBar]:
    """Draw one bar per standing, labelled with its count."""
    total = sum(row["accounts"] for row in rows) or 1
    return [
        HtmlBar(
            name=standing_word(row["standing"]),
            parts=(HtmlBarPart(row["accounts"], "faint"),),
            numbers=count(row["accounts"]),
            note=f"({share(row['accounts'] / total)})",
        )
        for row in sorted(rows, key=lambda row: -row["accounts"])
    ]


def draw_yield(rows: Sequence[dict[str, Any]]) -> list[HtmlBar]:
    """Draw one bar per ordinal: links completed while they were the newest; fainter where there are few."""
    return [
        HtmlBar(
            name=f"{ordinal(row['ordinal'])} link",
            parts=(
                HtmlBarPart(
                    row["completed"], "faint" if row["is_few"] else "grey", f"{count(row['completed'])} completed"
                ),
                HtmlBarPart(
                    row["links"] - row["completed"], "trace", f"{count(row['links'] - row['completed'])} not completed"
                ),
            ),
            numbers=share(row["share"]),
            note=f"of {count(row['links'])}{', small sample' if row['is_few'] else ''}",
        )
        for row in rows
    ]


def yield_title(rows: Sequence[dict[str, Any]]) -> str:
    """Answer in the title for the first link, the one that every customer gets."""
    first = next((row for row in rows if row["ordinal"] == 1), None)
    if first is None:
        return "No link has been completed or expired yet"
    small = f"; fewer than {SMALL_SAMPLE} links, so not reliable" if first["is_few"] else ""
    return f"{first['share']:.0%} of first links were completed ({first['completed']:,} of {first['links']:,}){small}"


def balance_title(rows: Sequence[dict[str, Any]]) -> str:
    """Answer in the title: "Of 340 accounts open on 29 Nov 2026, 180 waited for the customer, 100 for us, …"."""
    last = {row["turn"]: row for row in rows}
    when = day(last["all"]["day"])
    everyone, customer, us, bakkt = (last[turn]["closing"] for turn in ("all", "customer", "us", "bakkt"))
    if not everyone:
        return f"Nothing was open at the end of {when}"
    return (
        f"Of {plural(everyone, 'account')} open at the end of {when}, {count(customer)} waited for the customer, "
        f"{count(us)} for us and {count(bakkt)} for Bakkt"
    )
