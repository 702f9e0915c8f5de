"""The fields that new accounts require: how many accounts miss each, and how many were filled in."""

from typing import Any

import streamlit as st

from workbench.domain.account.field_words import field_words
from workbench.ui.html.markup import show_heading
from workbench.ui.live.cached_queries import read_slow_moving
from workbench.ui.tables.columns import Look, code, map_distinct, number, percent
from workbench.ui.tables.tables import show_table

FIELD_COLUMNS = ["account_type", "field", "accounts_missing", "accounts_backfilled", "share_backfilled"]


def show_fields() -> None:
    """Show the progress by field; nothing if no field was ever missing."""
    progress = read_slow_moving("quality/backfill_progress")
    if not progress.table.num_rows:
        return
    show_heading("Progress by field", "most often missing first")
    show_table(
        progress,
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
