"""How far the backfill has come over all accounts, field by field."""

import pyarrow.compute as pc

from workbench.ui.columns import code, number, percent, text
from workbench.ui.frame import show_answer
from workbench.ui.markup import show_empty, show_heading, show_note
from workbench.ui.reads import read
from workbench.ui.tables import show_table
from workbench.ui.words import plural

COLUMNS = ["account_type", "field", "accounts_missing", "accounts_backfilled", "share_backfilled"]


def show_progress() -> None:
    """The answer in a line, then the fields, those that most accounts lack first."""
    progress = read("quality/backfill_progress")
    if not progress.table.num_rows:
        show_answer("No account lacks anything that a new one must carry.")
        show_empty("Nothing to fill in.", "Fields that accounts lack are listed here as soon as they are read.")
        return
    still = pc.sum(pc.greater(progress.table["accounts_missing"], 0)).as_py() or 0
    show_answer(f"{plural(still, 'field')} still missing on some account")
    show_note("Open an account on Customers: what it lacks is filled in from there.")
    show_heading("Fields by account type", str(progress.table.num_rows))
    show_table(
        progress,
        COLUMNS,
        key="backfill-progress",
        file_name="backfill-progress",
        rows_at_once=20,
        looks={
            "account_type": code("Account type", 160),
            "field": text("Field", 420),
            "accounts_missing": number("Accounts without it"),
            "accounts_backfilled": number("Backfilled"),
            "share_backfilled": percent("Share backfilled"),
        },
    )
