"""The timeline: an event or a sync and the standing that it made are one line."""

from datetime import UTC, datetime
from typing import Any

from workbench.ui.account.timeline_lines import lines_of

MONDAY, TUESDAY = datetime(2026, 11, 23, 10, tzinfo=UTC), datetime(2026, 11, 24, 10, tzinfo=UTC)


def entry(kind: str, at: datetime, title: str, detail: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "happened_at": at, "title": title, "detail": detail, "outcome": None, "reference": None}


def told(entries: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    return [(line.entry["title"], line.standing["title"] if line.standing else None) for line in lines_of(entries)]


def test_an_event_and_the_standing_that_it_made_are_one_line() -> None:
    entries = [
        entry("standing", TUESDAY, "active", "event ACTIVE"),
        entry("event", TUESDAY, "ACTIVE"),
        entry("event", MONDAY, "UNDER_REVIEW", "PENDING_REVIEW"),
    ]
    assert told(entries) == [("ACTIVE", "active"), ("UNDER_REVIEW", None)]


def test_a_sync_and_the_standing_that_it_found_are_one_line() -> None:
    entries = [entry("standing", MONDAY, "active", "reading"), entry("reading", MONDAY, "COMPLETE", "can trade")]
    assert told(entries) == [("COMPLETE", "active")]


def test_a_standing_of_another_moment_or_cause_keeps_a_line_of_its_own() -> None:
    entries = [
        entry("standing", TUESDAY, "kyb_screening", "KYB triggered"),
        entry("action", TUESDAY, "trigger_kyb"),
        entry("standing", MONDAY, "submitted", "opened"),
        entry("reading", MONDAY, "PENDING"),
    ]
    assert told(entries) == [
        ("kyb_screening", None),
        ("trigger_kyb", None),
        ("submitted", None),
        ("PENDING", None),
    ]


def test_two_events_of_one_moment_share_no_standing() -> None:
    entries = [
        entry("standing", MONDAY, "verification", "event UNDER_REVIEW DOCUMENT_VERIFICATION"),
        entry("event", MONDAY, "UNDER_REVIEW"),
        entry("event", MONDAY, "SUSPENDED"),
    ]
    assert told(entries) == [("UNDER_REVIEW", "verification"), ("SUSPENDED", None)]


def test_a_line_is_of_every_kind_that_it_tells() -> None:
    (line,) = lines_of([entry("standing", MONDAY, "active", "event ACTIVE"), entry("event", MONDAY, "ACTIVE")])
    assert line.kinds == {"standing", "event"}
    assert lines_of([]) == []
