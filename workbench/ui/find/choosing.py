"""Choosing the account for an action when the address names none."""

from workbench.ui.find.search import RESULT_COLUMNS, ask_for_term, search_results
from workbench.ui.frame.first_step import show_empty_list
from workbench.ui.frame.frame import show_answer
from workbench.ui.frame.navigation import go_to_page
from workbench.ui.html.markup import show_heading
from workbench.ui.live.cached_queries import QueryResult, read
from workbench.ui.tables.filters import narrowed, where
from workbench.ui.tables.tables import show_accounts

LINK_COLUMNS = ["client_account_id", "display_name", "link_state", "expirations_used", "link_expires_at", "due_at"]


def show_choice(page: str, title: str, likely: QueryResult | None = None) -> None:
    """Show a search whose rows open ``page``; ``likely`` lists the accounts that wait for it."""
    show_answer(f"{title}: for which customer?")
    term = ask_for_term(f"wb-choose-{page}")
    found = search_results(term)
    if found is not None and found.table.num_rows:
        _show(found, RESULT_COLUMNS, f"choose-{page}", page)
    elif found is not None:
        show_empty_list("No matches.", "Try part of the name, or the account id as in your own system.")
    elif likely is not None and likely.table.num_rows:
        show_heading("Waiting for it", "longest late first; type at least two letters or digits to search")
        _show(likely, LINK_COLUMNS, f"likely-{page}", page)
    else:
        show_empty_list("Type at least two letters or digits.", "Then open a row to continue with that customer.")


def _show(found: QueryResult, columns: list[str], key: str, page: str) -> None:
    show_accounts(
        found, columns, key=key, file_name="", rows_at_once=16, open_row=lambda name: go_to_page(page, account=name)
    )


def accounts_without_link() -> QueryResult:
    """Return the accounts in verification that have no live link and have links left."""
    return narrowed(read("verification/backlog"), where("turn", "us"), ~where("expirations_left", 0))
