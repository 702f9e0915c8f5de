"""Accounts that miss fields that new accounts require, and the progress by field."""

from typing import Any

import streamlit as st

from workbench.domain.account.field_words import field_words
from workbench.ui.frame.first_step import show_empty_list
from workbench.ui.frame.frame import show_answer
from workbench.ui.frame.navigation import go_to_page
from workbench.ui.html.markup import show_heading
from workbench.ui.live.cached_queries import read
from workbench.ui.tables.columns import Look, code, map_distinct, number, percent
from workbench.ui.tables.tables import show_accounts, show_table
from workbench.ui.text.words import plural

ACCOUNT_COLUMNS = ["client_account_id", "display_name", "account_type", "standing", "turn", "fields_missing"]
FIELD_COLUMNS = ["account_type", "field", "accounts_missing", "accounts_backfilled", "share_backfilled"]


def show_progress() -> None:
    """Show the page's answer, then the accounts to work on, then the progress by field."""
    incomplete, progress = read("quality/incomplete_accounts"), read("quality/backfill_progress")
    total = incomplete.table.num_rows
    lead = "Open a row to fill in what that account is missing." if total else ""
    show_answer(_answer(total), lead)
    if total:
        show_accounts(
            incomplete,
            ACCOUNT_COLUMNS,
            key="incomplete",
            file_name="incomplete-accounts",
            rows_at_once=8,
            looks={"fields_missing": number("Fields missing", width=110)},
            open_row=_open,
        )
    else:
        show_empty_list("No missing data.", "Accounts appear here once a sync finds that fields are missing.")
    if progress.table.num_rows:
        _show_fields()


def _answer(accounts: int) -> str:
    if not accounts:
        return "No accounts miss fields that new accounts require"
    return f"{plural(accounts, 'account')} {'misses' if accounts == 1 else 'miss'} fields that new accounts require"


def _open(client_account_id: str) -> None:
    go_to_page("backfill", account=client_account_id)


def _show_fields() -> None:
    show_heading("Progress by field", "most often missing first")
    show_table(
        read("quality/backfill_progress"),
        FIELD_COLUMNS,
        key="backfill-progress",
        file_name="backfill-progress",
        rows_at_once=10,
        looks={
            "account_type": code("Account type", 160),
            "field": Look(_field_column, lambda paths: map_distinct(paths, field_words)),
            "accounts_missing": number("Accounts missing it"),
            "accounts_backfilled": number("Filled in"),
            "share_backfilled": percent("Share filled in"),
        },
    )


def _field_column() -> Any:
    return st.column_config.TextColumn("Field", width=360)
