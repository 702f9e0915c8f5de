"""One account's timeline, newest first: events, readings, actions, documents, KYB and standings."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import htpy as h
import streamlit as st
from htpy import Element

from workbench.domain.kyb.requirements import requirement_words
from workbench.domain.vocabulary import Outcome
from workbench.domain.words import code_in_sentence, code_word, plural
from workbench.ui.account.timeline_lines import TimelineLine, lines_of
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_heading, show_html, show_note
from workbench.ui.text.kyb_words import ended_words
from workbench.ui.text.moments import reader_zone
from workbench.ui.text.words import (
    KIND_WORDS,
    OUTCOME_WORDS,
    cause_words,
    clock,
    exact,
    standing_word,
)

ENTRY_WORDS = {
    "standing": "States",
    "event": "Events",
    "action": "Actions",
    "kyb": "KYB",
    "document": "Documents",
    "reading": "Syncs",
}
KYB_WORDS = {
    "waived": "Owner needs no identity document",
    "document_counted": "Document counts towards a requirement",
    "taken_back": "Checklist decision taken back",
    "manual_started": "Manual KYB started",
    "manual_ended": "Manual KYB ended",
}
SHOWN_AT_ONCE = 18
_LINK_UNTIL = re.compile(r"link expires (\S+ \S+) UTC")
_SIDE = re.compile(r"^(FRONT|BACK)\b")


def show_timeline(entries: Sequence[dict[str, Any]]) -> None:
    """Show the facts of the chosen kinds, or all if none is chosen; the older ones are in an expander."""
    lines = lines_of(entries)
    show_heading("Timeline", plural(len(lines), "fact"))
    kinds = [kind for kind in ENTRY_WORDS if any(entry["kind"] == kind for entry in entries)]
    chosen = st.pills(
        "Show",
        kinds,
        format_func=ENTRY_WORDS.__getitem__,
        selection_mode="multi",
        key="wb-timeline",
        label_visibility="collapsed",
    )
    shown = [line for line in lines if not chosen or line.kinds & set(chosen)]
    if not shown:
        show_note("Nothing yet.")
        return
    _show(shown[:SHOWN_AT_ONCE])
    if len(shown) > SHOWN_AT_ONCE:
        with st.expander(label("Earlier: {} more", len(shown) - SHOWN_AT_ONCE), key="wb-timeline-earlier"):
            _show(shown[SHOWN_AT_ONCE:])


def _show(lines: Sequence[TimelineLine]) -> None:
    show_html(h.ol(".wb-steps.wb-timeline")[[_line(line) for line in lines]])


def _line(line: TimelineLine) -> Element:
    """When, what it made of the account or what it is, and the rest in grey; all of it on hover, as it may be cut."""
    at = clock(line.happened_at, reader_zone(), datetime.now(UTC))
    before = "before " if (line.standing or line.entry)["outcome"] == "began before" else ""
    title, detail = _title(line.standing or line.entry), _detail_of(line)
    whole = f"{before}{exact(line.happened_at, reader_zone())}: {', '.join(filter(None, (title, detail)))}"
    kind = "standing" if line.standing else line.entry["kind"]
    return h.li(class_=f"wb-of-{kind}", title=whole)[
        h.span(".wb-at")[before, at], " ", title, " ", h.span[detail and f"· {detail}"]
    ]


def _detail_of(line: TimelineLine) -> str:
    """Of an event its cause in words and its link; of a sync what was found."""
    if line.standing is None:
        return _detail(line.entry)
    found = _title(line.entry) if line.entry["kind"] == "reading" else ""
    link = _link_words(line.entry["outcome"] or "") if line.entry["kind"] == "event" else line.entry["detail"] or ""
    return ", ".join(filter(None, [found or _detail(line.standing), link]))


def _title(entry: dict[str, Any]) -> str:
    kind, title = entry["kind"], entry["title"]
    if kind == "standing":
        return standing_word(title)
    if kind == "action":
        return KIND_WORDS.get(title, code_word(title))
    if kind == "kyb":
        return KYB_WORDS.get(title, code_word(title))
    if kind == "reading":
        return f"Synced: {code_in_sentence(title or '') or 'no status'}"
    return f"Event: {code_in_sentence(title or '') or 'no status'}" if kind == "event" else code_word(title)


def _detail(entry: dict[str, Any]) -> str:
    kind, detail, outcome = entry["kind"], entry["detail"] or "", entry["outcome"] or ""
    if kind == "standing":
        return cause_words(detail)
    if kind == "action":
        words = OUTCOME_WORDS[Outcome(outcome)] if outcome in set(Outcome) else f"Not sent, {outcome}"
        return ", ".join(filter(None, [words, detail]))
    if kind == "kyb":
        return ", ".join(filter(None, [_kyb_subject(outcome), detail]))
    if kind == "event":
        return ", ".join(filter(None, [code_in_sentence(detail), _link_words(outcome)]))
    return _document_detail(entry["title"], detail) if kind == "document" else detail


def _document_detail(document_type: str | None, detail: str) -> str:
    """The side, the owner and the description, unless that only repeats the type."""
    parts = _SIDE.sub(lambda found: found[0].lower(), detail).split(", ")
    return ", ".join(part for part in parts if part.casefold() != code_word(document_type).casefold())


def _kyb_subject(outcome: str) -> str:
    """How manual KYB ended, or the checklist requirement it concerns: "Identity of owner o2"."""
    requirement, _, client_owner_id = outcome.partition(" ")
    return ended_words(outcome) or requirement_words(requirement, client_owner_id)


def _link_words(outcome: str) -> str:
    """When the event's link expires, in the same format as the times beside it."""
    found = _LINK_UNTIL.fullmatch(outcome)
    if found is None:
        return outcome
    return f"link expires {clock(datetime.fromisoformat(f'{found[1]}+00:00'), reader_zone(), datetime.now(UTC))}"
