"""The filters of the page Audit trail. The address keeps them, as codes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from workbench.ui.audit.codes import AuditCodes
from workbench.ui.forms.address_codes import ask_for_account, ask_for_code, ask_for_day
from workbench.ui.html.labels import label

_TITLES = {"person": "By", "act": "Act", "outcome": "Outcome"}
_ANYTHING = {"person": "By anyone", "act": "Any act", "outcome": "Any outcome"}
_WIDTHS = {"person": 190, "act": 230, "outcome": 150}


def ask_for_filters(codes: AuditCodes, options: Mapping[str, Mapping[str, str]]) -> None:
    """Show the filters; ``options`` has the words of each code by the name of its filter."""
    for name, words in options.items():
        _ask(codes, name, words)
    ask_for_account(codes.account_id, key="wb-audit-account", on_choose=lambda one: _go_to(codes, account_id=one))
    ask_for_day(
        label("Since"), "since", codes.first_day, key="wb-audit-since", on_choose=lambda day: _go_to(codes, since=day)
    )
    ask_for_day(
        label("Until"), "until", codes.last_day, key="wb-audit-until", on_choose=lambda day: _go_to(codes, until=day)
    )


def _ask(codes: AuditCodes, name: str, words: Mapping[str, str]) -> None:
    ask_for_code(
        label(_TITLES[name]),
        list(words),
        getattr(codes, name),
        key=f"wb-audit-{name}",
        say=lambda code: words[code],
        on_choose=lambda chosen: _go_to(codes, **{name: chosen}),
        width=_WIDTHS[name],
        anything=_ANYTHING[name],
    )


def _go_to(codes: AuditCodes, **changed: Any) -> None:
    st.query_params.from_dict(replace(codes, **changed, page=1).address)
