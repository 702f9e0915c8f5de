"""The dry run of an action: the request as it would be sent, and the rules themselves that it is checked against."""

from collections.abc import Iterable
from typing import Any

import htpy as h
import streamlit as st

from workbench.bakkt.client import ApiCall
from workbench.domain.actions import Rule
from workbench.ui.html.markup import show_html, show_lines


def show_dry_run(call: ApiCall, rules: Iterable[Rule[Any]]) -> None:
    """Show the dry run of a request that has no body."""
    with st.expander("Dry run: the request and the rules it is checked against"):
        show_html(h.p(".wb-id")[call.in_words], h.p(".wb-note")["No body."])
        show_rules(rules)


def show_rules(rules: Iterable[Rule[Any]]) -> None:
    show_lines(rule.words for rule in rules)
