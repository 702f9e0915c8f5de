"""The owners of an account."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from workbench.ui.html.markup import show_heading, show_note
from workbench.ui.live.cached_queries import QueryResult
from workbench.ui.tables.columns import Look, code, map_distinct, number, text
from workbench.ui.tables.tables import show_table

OWNER_COLUMNS = [
    "name",
    "role",
    "email_address",
    "phone_number",
    "country",
    "share_percent",
    "manages",
    "client_owner_id",
]


_MANAGES = Look(
    lambda: st.column_config.TextColumn("Manages", width=70),
    lambda values: map_distinct(values, lambda manages: "Yes" if manages else "No"),
)


def show_owners(owners: QueryResult) -> None:
    show_heading("Owners", str(owners.table.num_rows))
    if not owners.table.num_rows:
        show_note("The payload lists no owners.")
        return
    named = replace(owners, table=owners.table.append_column("name", owner_names(owners.table)))
    show_table(
        named,
        columns_with_values(named, OWNER_COLUMNS),
        key="account-owners",
        looks={
            "name": text("Name", 158),
            "role": code("Role", 102),
            "email_address": text("E-mail", 222),
            "phone_number": text("Phone", 124),
            "country": text("Country", 66),
            "share_percent": number("Share", "%.4g%%", 60),
            "manages": _MANAGES,
            "client_owner_id": text("Owner id", 144),
        },
    )


def owner_names(owners: pa.Table) -> pa.Array:
    """Full names: given, middle and family name joined, skipping missing ones."""
    parts = [owners[name].cast(pa.string()) for name in ("given_name", "middle_names", "family_name")]
    return pc.binary_join_element_wise(*parts, " ", null_handling="skip")


def owner_name(owner: Mapping[str, Any]) -> str:
    """Given and family name; empty where the payload has none."""
    return " ".join(filter(None, (owner.get("given_name"), owner.get("family_name"))))


def owner_names_by_id(owners: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The names of the owners who have one, by their ids; with the id where two have the same name."""
    names = Counter(map(owner_name, owners))
    told = {owner["client_owner_id"]: owner_name(owner) for owner in owners if owner_name(owner)}
    return {one: name if names[name] == 1 else f"{name} ({one})" for one, name in told.items()}


def columns_with_values(reading: QueryResult, columns: Sequence[str]) -> list[str]:
    """The columns that hold at least one value; an empty one would only take up room."""
    return [name for name in columns if reading.table[name].null_count < reading.table.num_rows]
