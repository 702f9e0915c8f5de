"""One account's timeline: events, readings, actions, documents and standings in one list, without secrets."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.facts import ago, ahead, as_naive, document, landed_event, must_verify, owner, poll
from workbench.domain.actions import Plan
from workbench.domain.facts import Ruling
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import Attribution, DocumentDate, Store
from workbench.store.records.actions import Completion, begin_action, complete_action

SECRET = "https://verify.example.test/very-secret"


@pytest.fixture
def lived(desk: Store) -> Store:
    """A company's customer who verified, and another account whose entries must not be mixed in."""
    paper = document("PASSPORT", client_document_id="doc-1", client_owner_id="o1", description="Renewed")
    desk.land_readings([poll("A", ago(90), created_at=ago(100))])
    desk.land_readings([poll("A", ago(80), created_at=ago(100))])
    desk.land_events([must_verify("A", ago(70), ago(10), SECRET), landed_event("B", ago(69), "ACTIVE", "ENROLLMENT")])
    ask_for_link(desk, "A", ago(9), Outcome.ACCEPTED, reason="She rang us")
    ask_for_link(desk, "B", ago(8), Outcome.UNKNOWN)
    desk.land_events(
        [must_verify("A", ago(9), ahead(63), f"{SECRET}-2"), landed_event("A", ago(5), "ACTIVE", "ENROLLMENT")]
    )
    desk.land_readings([poll("A", ago(4), created_at=ago(100), can_trade_crypto=True, documents=[paper])])
    desk.land_document_dates([DocumentDate("doc-1", ago(20))])
    return desk


def ask_for_link(desk: Store, account: str, at: datetime, outcome: Outcome, reason: str = "") -> None:
    plan = Plan(ActionKind.REQUEST_LINK, account, confirm_key=f"key-{account}", reason=reason)
    with desk.database.writer() as cursor:
        begin_action(cursor, f"action-{account}", plan, "ann", at, lambda: None)
        complete_action(cursor, f"action-{account}", Completion(outcome), at + timedelta(seconds=1))


def timeline(desk: Store, account: str) -> list[dict[str, Any]]:
    return desk.read_rows("accounts/timeline", client_account_id=account)


def test_everything_that_happened_stands_in_one_list_the_newest_first(lived: Store) -> None:
    link = "link expires {:%Y-%m-%d %H:%M} UTC"
    rows = [tuple(row.values()) for row in timeline(lived, "A")]
    assert rows == [
        (as_naive(ago(4)), "reading", "COMPLETE", "can trade", None, None),
        (as_naive(ago(5)), "standing", "active", "event ACTIVE ENROLLMENT", None, None),
        (as_naive(ago(5)), "event", "ACTIVE", "ENROLLMENT", None, f"A@{ago(5).isoformat()}"),
        (as_naive(ago(9)), "action", "request_link", "by ann: She rang us", "accepted", "action-A"),
        (
            as_naive(ago(9)),
            "event",
            "UNDER_REVIEW",
            "DOCUMENT_VERIFICATION",
            link.format(ahead(63)),
            f"A@{ago(9).isoformat()}",
        ),
        (as_naive(ago(20)), "document", "PASSPORT", "FRONT, o1, Renewed", None, "doc-1"),
        (as_naive(ago(70)), "standing", "verification", "event UNDER_REVIEW DOCUMENT_VERIFICATION", None, None),
        (
            as_naive(ago(70)),
            "event",
            "UNDER_REVIEW",
            "DOCUMENT_VERIFICATION",
            link.format(ago(10)),
            f"A@{ago(70).isoformat()}",
        ),
        (as_naive(ago(90)), "reading", "COMPLETE", "cannot trade", None, None),
        (as_naive(ago(100)), "standing", "submitted", "opened", None, None),
    ]


def test_a_reading_that_only_confirms_is_not_a_thing_that_happened(lived: Store) -> None:
    readings = [row["happened_at"] for row in timeline(lived, "A") if row["kind"] == "reading"]
    assert readings == [as_naive(ago(4)), as_naive(ago(90))]


def test_the_timeline_tells_no_link_and_no_body(lived: Store) -> None:
    assert timeline(lived, "A")
    assert "verify.example.test" not in repr(timeline(lived, "A"))
    assert '"content"' not in repr(timeline(lived, "A"))


def test_a_lost_answer_shows_as_unknown(lived: Store) -> None:
    (action,) = [row for row in timeline(lived, "B") if row["kind"] == "action"]
    assert (action["title"], action["detail"], action["outcome"]) == ("request_link", "by ann", "unknown")


def test_what_began_before_the_first_reading_is_said_to_have(desk: Store) -> None:
    desk.land_readings([poll("A", ago(3), can_trade_crypto=True)])
    entered = {row["title"]: row["outcome"] for row in timeline(desk, "A") if row["kind"] == "standing"}
    assert entered == {"submitted": None, "active": "began before"}


def test_events_of_one_moment_stand_in_the_order_in_which_they_count(desk: Store) -> None:
    first = landed_event("A", ago(3), "UNDER_REVIEW", "PENDING_REVIEW", request_id="r1")
    second = landed_event("A", ago(3), "ACTIVE", "ENROLLMENT", request_id="r2")
    desk.land_events([second, first])
    assert [row["reference"] for row in timeline(desk, "A") if row["kind"] == "event"] == ["r2", "r1"]


def test_a_document_without_a_date_stands_where_it_was_first_seen(desk: Store) -> None:
    desk.land_readings([poll("A", ago(7), documents=[document("VISA", client_document_id="v", side="BACK")])])
    (paper,) = [row for row in timeline(desk, "A") if row["kind"] == "document"]
    assert (paper["happened_at"], paper["detail"]) == (as_naive(ago(7)), "BACK")


def test_what_people_said_about_kyb_stands_in_it_with_who_and_why(desk: Store) -> None:
    desk.land_readings([poll("E", ago(40), account_type="ENTITY", owners=[owner("o1")])])
    for hours, is_over in ((30, False), (25, True)):
        ruling = Ruling(ago(hours), "owner_identity", "o1", is_taken_back=is_over)
        desk.land_ruling(Attribution("E", "Ann", "Holds 4 %"), ruling)
    desk.land_ruling(Attribution("E", "Ann", "It is one"), Ruling(ago(24), "structure_chart", None, "doc-1"))
    desk.land_manual_start(Attribution("E", "Bo", "An owner is a company"), ago(20))
    desk.land_manual_end(Attribution("E", "Bo", "So they wrote"), ago(10), "withdrawn")
    rows = [tuple(row.values()) for row in timeline(desk, "E") if row["kind"] == "kyb"]
    assert rows == [
        (as_naive(ago(10)), "kyb", "manual_ended", "by Bo: So they wrote", "withdrawn", None),
        (as_naive(ago(20)), "kyb", "manual_started", "by Bo: An owner is a company", None, None),
        (as_naive(ago(24)), "kyb", "document_counted", "by Ann: It is one", "structure_chart", "doc-1"),
        (as_naive(ago(25)), "kyb", "taken_back", "by Ann: Holds 4 %", "owner_identity o1", None),
        (as_naive(ago(30)), "kyb", "waived", "by Ann: Holds 4 %", "owner_identity o1", None),
    ]


def test_an_account_never_heard_of_has_no_timeline(lived: Store) -> None:
    assert timeline(lived, "nobody") == []
