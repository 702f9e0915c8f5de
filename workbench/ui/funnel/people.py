"""The accounts behind a number of the funnel."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from workbench.domain.text import one_line
from workbench.domain.words import plural
from workbench.figures.properties import value_words
from workbench.ui.forms.address_codes import show_unknown
from workbench.ui.funnel.answers import FunnelRow, count_people, count_people_of, read_people, read_people_of
from workbench.ui.funnel.codes import FunnelCodes
from workbench.ui.funnel.filters import list_words, values_of
from workbench.ui.html.markup import show_empty, show_heading
from workbench.ui.live.cached_queries import QueryResult, read_in_batches
from workbench.ui.tables.downloads import about_of
from workbench.ui.tables.pages import go_to_page_of_list, page_in_address
from workbench.ui.tables.work_list import WorkList, show_work_list

PEOPLE_COLUMNS = ["client_account_id", "display_name", "standing", "turn", "entered_at", "reached_at"]


def show_title(codes: FunnelCodes, breakdown: Sequence[FunnelRow]) -> None:
    """Say whose accounts are listed and how many there are."""
    words = list_words(codes.people, codes.path).lower()
    of = one_line(value_words(codes.by, _value(codes, breakdown))) if codes.of else ""
    show_heading(f"{plural(_count(codes, breakdown), 'account')}: {words}", of)


def _value(codes: FunnelCodes, breakdown: Sequence[FunnelRow]) -> str | None:
    """The value that the address names, as accounts have it; None for those without the property."""
    value: str | None = values_of(breakdown, codes.by)[codes.of or ""]["value"]
    return value


def _count(codes: FunnelCodes, breakdown: Sequence[FunnelRow]) -> int:
    if codes.of:
        return count_people_of(breakdown, _value(codes, breakdown), codes.step, reached=codes.is_reached)
    return count_people(codes.filters, codes.step, reached=codes.is_reached)


def _read(codes: FunnelCodes, breakdown: Sequence[FunnelRow], page: int) -> QueryResult:
    filters, step, reached = codes.filters, codes.step, codes.is_reached
    if codes.of:
        return read_people_of(filters, codes.by, _value(codes, breakdown), step, page, reached=reached)
    return read_people(filters, step, page, reached=reached)


def show_people(codes: FunnelCodes, breakdown: Sequence[FunnelRow], *, bar: Any) -> None:
    total = _count(codes, breakdown)
    if not total:
        show_empty("No account is on this list.")
        return
    page = page_in_address(total)
    asked = {**codes.filters.params, "step": codes.step, "reached": codes.is_reached}
    asked |= {"by": codes.by, "value": _value(codes, breakdown)} if codes.of else {}
    people = _read(codes, breakdown, page)
    show_work_list(
        WorkList(
            key="-".join(("people", *map(str, asked.values()), str(page))),
            name="people",
            rows=people.table,
            columns=PEOPLE_COLUMNS if codes.is_reached else PEOPLE_COLUMNS[:-1],
            total=total,
            file_name=f"funnel-{codes.step}",
            read_whole=lambda: read_in_batches("funnel/people", **asked),
            page=page,
            rows_at_once=11,
            about=about_of(people, asked),
        ),
        bar=bar,
        go_to_page=go_to_page_of_list,
    )


def without_unknown_value(codes: FunnelCodes, breakdown: Sequence[FunnelRow]) -> FunnelCodes:
    """Answer a value of the address that the breakdown does not show on its own, and leave it out."""
    is_unknown = codes.of is not None and codes.of not in values_of(breakdown, codes.by)
    show_unknown({"value": codes.of} if codes.of and is_unknown else {})
    return replace(codes, of=None) if is_unknown else codes
