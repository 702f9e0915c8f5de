import re
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.screen_customers import account_id, event, read_account
from tests.support.screens import open_page, page_text
from workbench.desk import Desk
from workbench.domain.actions import Plan
from workbench.domain.vocabulary import ActionKind, Outcome, Standing
from workbench.store import Completion, Store
from workbench.store.records.runs import Run
from workbench.ui.backlog.today import silence_words, tiles_of
from workbench.ui.text.words import plural


def now() -> datetime:
    """The current time at each test, because ages are shown to the hour and the suite runs long."""
    return datetime.now(UTC)


def test_a_fresh_database_says_the_one_thing_to_do(empty_desk: Desk) -> None:
    page = open_page("today", empty_desk)
    assert not page.exception
    assert "No accounts yet." in page_text(page)
    assert "Import account ids to begin." in page_text(page)
    assert page.button(key="wb-first-step").label == "Go to Data"


def test_registered_and_unread_accounts_ask_for_a_sync(empty_desk: Desk) -> None:
    empty_desk.store.land_registry(["A", "B"], "file")
    assert "2 accounts registered, none read from Bakkt yet." in page_text(open_page("today", empty_desk))


def test_the_answer_counts_the_links_that_end_soon(seeded_desk: Desk) -> None:
    ending = [row for row in seeded_desk.store.read_rows("verification/backlog") if row["link_state"] == "expiring"]
    lasts = [row for row in ending if row["expirations_left"] == 1]
    assert ending
    answer = page_text(open_page("today", seeded_desk))
    assert f"{plural(len(ending), 'link expires', 'links expire')} in the next 24 h" in answer
    assert f"in the next 24 h; for {plural(len(lasts), 'customer')} it is the last one" in answer or not lasts


def test_every_number_leads_to_a_list_as_long_as_the_number(seeded_desk: Desk) -> None:
    queue = seeded_desk.store.read_rows("backlog/queue")
    page = open_page("today", seeded_desk)
    for turn in ("us", "customer", "bakkt"):
        page.button(key=f"wb-to-{turn}").click().run()
        stuck = sum(row["turn"] == turn and row["hours_overdue"] > 0 for row in queue)
        listed = len(page.dataframe[0].value) if page.dataframe else 0
        assert listed == stuck


def test_tiles_stand_for_the_numbers_of_the_summary(seeded_desk: Desk) -> None:
    summary = seeded_desk.store.read_rows("today/summary")[0]
    numbers = {tile.name: tile.number for tile in tiles_of(summary, 24)}
    assert numbers["ending"] == summary["links_expiring"]
    assert numbers["us"] + numbers["customer"] + numbers["bakkt"] == summary["stuck_total"]


def test_what_an_event_restricts_and_what_contradicts_are_counted_and_listed_apart(empty_desk: Desk) -> None:
    one_account(empty_desk.store)
    opened, told_at = now() - timedelta(days=9), now() - timedelta(hours=30)
    told = {1: "CLOSED", 2: "SUSPENDED", 3: "ACTIVE"}
    empty_desk.store.land_events(
        [(account_id(number), event(number, told_at, status, "OTHER"), "{}") for number, status in told.items()]
    )
    empty_desk.store.land_readings(
        [read_account(number, opened, now(), is_entity=False, trades=number < 3) for number in told]
    )
    page = open_page("today", empty_desk)
    assert [page.button(key=f"wb-to-{name}").label for name in ("restricted", "odd")] == [
        "**2** restricted by event",
        "**1** contradiction",
    ]
    page.button(key="wb-to-restricted").click().run()
    assert sorted(page.dataframe[0].value["client_account_id"]) == [account_id(1), account_id(2)]
    assert "Restricted by event; the status call does not show it. The event counts." in page_text(page)
    page.button(key="wb-to-odd").click().run()
    assert list(page.dataframe[0].value["client_account_id"]) == [account_id(3)]
    account = page_text(open_page("customers", empty_desk, account=account_id(1)))
    assert "Restricted by event; the status call does not show it." in account
    assert "Contradiction" not in account


def test_a_standing_in_the_address_narrows_the_list(seeded_desk: Desk) -> None:
    page = open_page("today", seeded_desk, list="All open", standing="Verification")
    wanted = sum(row["standing"] == "verification" for row in seeded_desk.store.read_rows("backlog/queue"))
    assert len(page.dataframe[0].value) == wanted


def test_an_address_with_nonsense_falls_back_to_the_default(seeded_desk: Desk) -> None:
    page = open_page("today", seeded_desk, list="<b>x</b>", standing="nowhere")
    assert not page.exception
    assert page.session_state["list"] == "us"


def test_a_row_opens_its_account(seeded_desk: Desk) -> None:
    page = open_page("today", seeded_desk, list="All open")
    wanted = page.dataframe[0].value["client_account_id"].iloc[2]
    page.session_state[key_of_table(page)] = {"selection": {"rows": [2], "columns": [], "cells": []}}
    page.run()
    assert page.query_params["account"] in (wanted, [wanted])


def key_of_table(page: AppTest) -> str:
    return str(page.dataframe[0].proto.id).split("-", 2)[2]


@pytest.mark.parametrize(
    ("stopped_because", "hours", "words"),
    [
        (None, 1, 'wb-asof" title'),
        (None, 1, "· last read 1 h ago"),
        (None, 80, 'wb-asof wb-amber" title'),
        ("Bakkt cannot be reached.", 1, "· last sync stopped early, last read 1 h ago"),
        ("Bakkt cannot be reached.", 1, 'wb-asof wb-amber" title'),
    ],
)
def test_old_and_broken_off_readings_are_marked(
    empty_desk: Desk, stopped_because: str | None, hours: float, words: str
) -> None:
    one_account(empty_desk.store, read_at=now() - timedelta(hours=hours))
    run = Run("r", now(), "due", finished_at=now(), stopped_because=stopped_because)
    empty_desk.store.begin_run(run)
    empty_desk.store.end_run(run)
    assert words in page_text(open_page("today", empty_desk))


def test_one_account_is_said_in_the_singular(empty_desk: Desk) -> None:
    one_account(empty_desk.store)
    link_ends = now() + timedelta(hours=5)
    told = event(0, now() - timedelta(hours=67), "UNDER_REVIEW", "DOCUMENT_VERIFICATION", link_ends)
    empty_desk.store.land_events([(account_id(0), told, "{}")])
    page = page_text(open_page("today", empty_desk))
    assert "1 link expires in the next 24 h" in page


def test_a_run_that_read_nothing_is_no_reading(empty_desk: Desk) -> None:
    empty_desk.store.land_registry(["A-1"], "file")
    run = Run("r", now(), "due", accounts_due=1, accounts_failed=1, finished_at=now())
    empty_desk.store.begin_run(run)
    empty_desk.store.end_run(run)
    assert "· nothing read yet" in page_text(open_page("verification", empty_desk))


def one_account(store: Store, read_at: datetime | None = None) -> None:
    store.land_targets({Standing.SUBMITTED: 24, Standing.VERIFICATION: 72}, 24, now() - timedelta(days=400))
    store.land_readings([read_account(0, now() - timedelta(days=9), read_at or now(), is_entity=False, trades=False)])


def test_the_last_event_and_how_long_ago_it_was_is_said(empty_desk: Desk) -> None:
    one_account(empty_desk.store)
    assert "No event has arrived yet." in page_text(open_page("today", empty_desk))
    told = event(0, datetime.now(UTC) - timedelta(seconds=40), "UNDER_REVIEW", "PENDING_REVIEW")
    empty_desk.store.land_events([(account_id(0), told, "{}")])
    assert re.search(r"Last event 4\d s ago\.", page_text(open_page("today", empty_desk)))


SILENCE = {"is_silent": True, "silent_hours": 30.0, "usual_gap_hours": 2.0, "changes_found": 3}


def test_silence_is_said_with_what_makes_it_likely_and_a_quiet_day_is_not() -> None:
    words = silence_words(SILENCE)
    assert "No events from Bakkt for 30 h; usually one comes within 2 h." in words
    assert "A sync found 3 accounts changed since then." in words
    assert silence_words(SILENCE | {"is_silent": False}) == ""


def test_silence_stands_under_the_answer(empty_desk: Desk) -> None:
    told = event(0, now() - timedelta(hours=50), "UNDER_REVIEW", "PENDING_REVIEW")
    empty_desk.store.land_events([(account_id(0), told, "{}")])
    for hours_ago, trades in ((40, False), (1, True)):
        read = read_account(
            0, now() - timedelta(days=9), now() - timedelta(hours=hours_ago), is_entity=False, trades=trades
        )
        empty_desk.store.land_readings([read])
    assert empty_desk.store.read_rows("events/silence")[0]["is_silent"]
    assert "No events from Bakkt for 2 d" in page_text(open_page("today", empty_desk))


def test_an_action_whose_outcome_nobody_knows_is_listed_and_opens_its_receipt(empty_desk: Desk) -> None:
    one_account(empty_desk.store)
    assert "without a known outcome" not in page_text(open_page("today", empty_desk))
    plan = Plan(ActionKind.REQUEST_LINK, account_id(0), "one review")
    empty_desk.store.begin_action("action-1", plan, "ann", now(), lambda _: None)
    empty_desk.store.complete_action("action-1", Completion(Outcome.UNKNOWN), now())
    page = open_page("today", empty_desk)
    assert "1 action without a known outcome" in page_text(page)
    table = next(table for table in page.dataframe if "unsettled" in table.proto.id)
    page.session_state[str(table.proto.id).split("-", 2)[2]] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    page.run()
    assert page.query_params["action"] in ("action-1", ["action-1"])
