"""The dry run of an action: the request as it would be sent, and the rules themselves that it is checked against."""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from workbench.bakkt.client import ApiCall
from workbench.domain.actions import Rule
from workbench.ui.html.markup import literal, show_html


def show_dry_run(call: ApiCall, rules: Iterable[Rule[Any]]) -> None:
    """Show the dry run of a request that has no body."""
    with st.expander("Dry run: the request and the rules it is checked against"):
        show_html(f'<p class="wb-id">{literal(call.in_words)}</p><p class="wb-note">No body.</p>')
        show_rules(rules)


def show_rules(rules: Iterable[Rule[Any]]) -> None:
    show_html(f'<ul class="wb-findings">{"".join(f"<li>{literal(rule.words)}</li>" for rule in rules)}</ul>')
