"""Parts of the page Audit trail: its headline, its rows, and whether they still hold."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from workbench.access.audit_trail import Check
from workbench.domain.words import count, plural
from workbench.ui.audit.codes import CODE_WORDS, AuditCodes, read_codes
from workbench.ui.audit.filters import ask_for_filters
from workbench.ui.forms.address_codes import show_unknown
from workbench.ui.frame.frame import show_answer
from workbench.ui.html.markup import show_empty, show_lines, show_note, show_sentence
from workbench.ui.live.cached_queries import QueryResult, read_in_batches, read_uncached
from workbench.ui.live.current_desk import current_desk
from workbench.ui.tables.columns import code, moment, number, text
from workbench.ui.tables.downloads import about_of, offer_files
from workbench.ui.tables.pages import ROWS_A_PAGE, ask_for_page, last_instead, offset_of, rows_in_words
from workbench.ui.tables.provenance import SOURCE_AND_FILES, offer_source, show_source
from workbench.ui.tables.tables import show_table

COLUMNS = ("audit_number", "happened_at", "person", "person_role", "act", "about", "outcome")
_LOOKS = {
    "audit_number": number("Row", width=64),
    "happened_at": moment("When", "D MMM YYYY HH:mm:ss", width=150),
    "person": text("By", 170),
    "person_role": code("Role", 76),
    "act": text("Act", 250),
    "about": text("About", 250),
    "outcome": code("Outcome", 110),
}
_CONSTANT_BY = {"person": "person", "act": "act", "outcome": "outcome"}
"""The column that a filter makes the same in all rows."""
_ROWS_AT_ONCE = 15
_CHECKED = "wb-audit-checked"


def show_audit_trail() -> None:
    """Show the rows that the address asks for, newest first, and offer to check the chain.

    Nothing of it is cached: a row is no news to other pages.
    """
    answer, check = st.container(), st.container()
    with check:
        _show_check()
    people, acts = read_uncached("audit/people").rows, read_uncached("audit/acts").rows
    options = _options(people, acts)
    codes, unknown = read_codes(options["person"], options["act"], options["outcome"])
    outcomes = {row["outcome"]: row["audit_rows"] for row in read_uncached("audit/outcomes", **codes.filters).rows}
    total = sum(outcomes.values())
    with answer:
        show_answer(headline_of(outcomes, len(people), codes))
    show_unknown({CODE_WORDS[name]: one for name, one in unknown.items()})
    if people:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="wb-filters-audit"):
            ask_for_filters(codes, options)
    if total:
        _show_rows(codes.on_page(last_instead(codes.page, total)), total)
    elif codes.is_filtered:
        show_empty("No row matches these filters.", "Remove a filter.")
    else:
        show_empty("Nobody has done anything here yet.", "Rows are written as people work.")


def headline_of(outcomes: Mapping[str, int], people: int, codes: AuditCodes) -> str:
    """How many rows there are with these filters, and how many of them are refusals."""
    if not outcomes:
        return "Nothing in the audit trail" + (" with these filters" if codes.is_filtered else " yet")
    rows = plural(sum(outcomes.values()), "row")
    refused = f", {count(outcomes['refused'])} refused" if "refused" in outcomes and not codes.outcome else ""
    whose = " with these filters" if codes.is_filtered else f" by {plural(people, 'person', 'people')}"
    return f"{rows}{whose}{refused}"


def _options(people: Sequence[dict[str, Any]], acts: Sequence[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """The words of each code by the name of its filter; people of one name are told apart by their subjects."""
    names = [row["person"] for row in people]
    return {
        "person": {
            row["subject"]: row["person"] if names.count(row["person"]) == 1 else f"{row['person']} ({row['subject']})"
            for row in people
        },
        "act": {row["act"]: row["act"].capitalize() for row in acts},
        "outcome": {one: one.replace("_", " ").capitalize() for one in sorted({row["outcome"] for row in acts})},
    }


def _show_check() -> None:
    """Offer to check the chain. That reads every row, so it is done only when it is asked for."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="wb-audit-check"):
        if st.button("Check the trail", key="wb-audit-check-now", type="tertiary", icon=":material/verified_user:"):
            with st.spinner("Checking every row"):
                st.session_state[_CHECKED] = current_desk().check_audit_trail()
        checked: Check | None = st.session_state.get(_CHECKED)
        if checked is None:
            show_note("Whether rows were changed, removed, moved or cut off since they were written.")
        elif checked.holds:
            show_note(checked.sentence, role="status")
    if checked is not None and not checked.holds:
        _show_findings(checked)


def _show_findings(checked: Check) -> None:
    show_sentence(checked.sentence, tone="wb-red", role="alert")
    show_lines(finding.words for finding in checked.findings)


def _show_rows(codes: AuditCodes, total: int) -> None:
    rows = read_uncached("audit/log", **codes.filters, limit=ROWS_A_PAGE, offset=offset_of(codes.page))
    columns = [
        name for name in COLUMNS if name not in {_CONSTANT_BY[one] for one in codes.address if one in _CONSTANT_BY}
    ]
    show_table(rows, columns, key="audit", rows_at_once=_ROWS_AT_ONCE, looks=_LOOKS)
    with st.container(horizontal=True, vertical_alignment="center", key="wb-foot-audit", gap="small"):
        show_note(rows_in_words(codes.page, rows.table.num_rows, total, "row"))
        _offer_source(codes, rows)
        ask_for_page("audit", codes.page, total, lambda page: st.query_params.from_dict(codes.on_page(page).address))


def _offer_source(codes: AuditCodes, rows: QueryResult) -> None:
    """Offer all rows of these filters as files, with their seals."""

    def show() -> None:
        show_source(rows, "audit")
        with st.container(horizontal=True, gap="small"):
            offer_files(lambda: read_in_batches("audit/log", **codes.filters), "audit-trail", "audit", about_of(rows))

    offer_source(SOURCE_AND_FILES, "audit", show)
