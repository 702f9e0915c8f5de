"""The accounts behind a number of the funnel."""

from typing import Any

from workbench.ui.funnel.answers import FunnelFilters, count_people, read_people
from workbench.ui.html.markup import show_empty
from workbench.ui.live.cached_queries import read_in_batches
from workbench.ui.tables.downloads import about_of
from workbench.ui.tables.pages import go_to_page_of_list, page_in_address
from workbench.ui.tables.work_list import WorkList, show_work_list

PEOPLE_COLUMNS = ["client_account_id", "display_name", "standing", "turn", "entered_at", "reached_at"]


def show_people(filters: FunnelFilters, step: str, *, reached: bool, bar: Any) -> None:
    total = count_people(filters, step, reached=reached)
    if not total:
        show_empty("No customer is on this list.")
        return
    page = page_in_address(total)
    of_step = {**filters.params, "step": step, "reached": reached}
    people = read_people(filters, step, page, reached=reached)
    show_work_list(
        WorkList(
            key="-".join(("people", *map(str, of_step.values()), str(page))),
            name="people",
            rows=people.table,
            columns=PEOPLE_COLUMNS if reached else PEOPLE_COLUMNS[:-1],
            total=total,
            file_name=f"funnel-{step}",
            read_whole=lambda: read_in_batches("funnel/people", **of_step),
            page=page,
            rows_at_once=11,
            about=about_of(people, of_step),
        ),
        bar=bar,
        go_to_page=go_to_page_of_list,
    )
