"""The accounts behind a number of the funnel."""

from workbench.ui.funnel.answers import FunnelFilters, read_people
from workbench.ui.html.markup import show_empty
from workbench.ui.live.cached_queries import read_in_batches
from workbench.ui.tables.tables import ROWS_SHOWN, FullList, show_accounts

PEOPLE_COLUMNS = ["client_account_id", "display_name", "standing", "turn", "entered_at", "reached_at"]


def show_people(filters: FunnelFilters, step: str, *, reached: bool) -> None:
    of_step = {**filters.params, "step": step, "reached": reached}
    people = read_people(filters, step, ROWS_SHOWN, reached=reached)
    if not people.accounts:
        show_empty("No customer is on this list.")
        return
    columns = PEOPLE_COLUMNS if reached else PEOPLE_COLUMNS[:-1]
    show_accounts(
        people.newest,
        columns,
        key=f"people-{filters.path}-{step}-{reached}",
        file_name=f"funnel-{step}",
        full_list=FullList(people.accounts, lambda: read_in_batches("funnel/people", **of_step), of_step),
    )
