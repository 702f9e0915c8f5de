"""The page Audit trail: its filters in the address, and what it says of a trail that was tampered with."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.people import person
from tests.support.screens import build_desk, forget_desk, open_page, page_text, unfold_sources
from tests.support.stores import new_store
from workbench.access.audit_trail import KeptAuditTrail
from workbench.access.policy import Act, Role
from workbench.desk import Desk
from workbench.ui.live.current_desk import set_desk

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
ANN, BO = person("Ann", Role.AGENT), person("Bo", Role.LEAD)


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = new_store()
    yield build_desk(store)
    store.close()
    forget_desk()


def write(desk: Desk, rows: int = 4) -> None:
    """Ann opens customers' pages; Bo is refused every other row."""
    moments = iter(NOON + timedelta(hours=hour) for hour in range(rows))
    trail = KeptAuditTrail(desk.store.audit, lambda: next(moments))
    for number in range(rows):
        if number % 2:
            trail.record(BO, Act.PUBLISH, "", "refused")
        else:
            trail.record(ANN, Act.SEE_ACCOUNT, f"A-{number}", "allowed")


def listed(page: AppTest) -> list[int]:
    return list(page.dataframe[0].value["audit_number"])


def test_an_empty_trail_says_so(desk: Desk) -> None:
    page = open_page("audit", desk)
    assert not page.exception
    assert "Nothing in the audit trail yet" in page_text(page)


def test_rows_are_listed_newest_first_with_what_they_say(desk: Desk) -> None:
    write(desk)
    page = open_page("audit", desk)
    assert "4 rows by 2 people, 2 refused" in page_text(page)
    assert listed(page) == [4, 3, 2, 1]
    shown = page.dataframe[0].value.iloc[-1]
    told = (shown["person"], shown["person_role"], shown["act"], shown["about"], shown["outcome"])
    assert told == ("Ann", "Agent", "open a customer's page", "A-0", "Allowed")
    unfold_sources(page)
    assert "<code>audit/log</code>" in page_text(page)
    assert "CSV" in [element.proto.label for element in page.get("download_button")]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ({"person": ANN.subject}, [3, 1]),
        ({"act": str(Act.PUBLISH)}, [4, 2]),
        ({"outcome": "allowed"}, [3, 1]),
        ({"account_id": "A-2"}, [3]),
        ({"since": "2026-11-28", "until": "2026-11-28"}, [4, 3, 2, 1]),
    ],
)
def test_the_address_filters(desk: Desk, codes: dict[str, str], expected: list[int]) -> None:
    write(desk)
    assert listed(open_page("audit", desk, **codes)) == expected


def test_a_day_ends_where_the_reader_sits(desk: Desk) -> None:
    write(desk)
    page = open_page("audit", desk, zone="Pacific/Kiritimati", until="2026-11-29")
    assert listed(page) == [4, 3, 2, 1]
    assert "No row matches these filters" in page_text(
        open_page("audit", desk, zone="Pacific/Kiritimati", until="2026-11-28")
    )


def test_an_unknown_code_is_said(desk: Desk) -> None:
    write(desk)
    page = open_page("audit", desk, person="nobody", until="yesterday")
    assert "No such person: nobody. No such day: yesterday." in page_text(page)
    assert listed(page) == [4, 3, 2, 1]


def test_a_choice_goes_into_the_address(desk: Desk) -> None:
    write(desk)
    page = open_page("audit", desk)
    page.selectbox(key="wb-audit-outcome").set_value("refused").run()
    assert page.query_params["outcome"] == "refused"
    assert listed(page) == [4, 2]


def test_a_long_trail_has_pages(desk: Desk) -> None:
    write(desk, 120)
    page = open_page("audit", desk, page="2")
    assert "101–120 of 120 rows" in page_text(page)
    assert listed(page) == list(range(20, 0, -1))


def test_a_check_says_whether_the_trail_holds_and_is_written_down(desk: Desk) -> None:
    write(desk)
    page = open_page("audit", desk)
    page.button(key="wb-audit-check-now").click().run()
    assert "The audit trail is intact: 5 rows, the last is row 5." in page_text(page)
    assert "5 rows by 3 people" in page_text(page)
    [last] = desk.store.read_rows("audit/log", limit=1)
    assert (last["person"], last["act"], last["outcome"]) == (desk.actor, "see the audit trail", "allowed")


def test_a_check_names_what_was_done_to_rows(desk: Desk) -> None:
    write(desk)
    with desk.store.database.writer() as cursor:
        cursor.execute("update audit_trail set person = 'Cy' where audit_number = 2")
        cursor.execute("delete from audit_trail where audit_number = 3")
    page = open_page("audit", desk)
    page.button(key="wb-audit-check-now").click().run()
    text = page_text(page)
    assert "The audit trail is not intact: 2 findings." in text
    assert "Row 2, 2026-11-28 13:00: changed" in text
    assert "Row 3, between 2026-11-28 13:00 and" in text


def test_an_agent_is_refused(desk: Desk) -> None:
    write(desk)
    set_desk(desk)
    with pytest.raises(Exception, match="Your role \\(agent\\) may not see the audit trail"):
        desk.acted_by(ANN).store.read("audit/log")
    with pytest.raises(Exception, match="Your role \\(agent\\) may not see the audit trail"):
        desk.acted_by(ANN).check_audit_trail()
