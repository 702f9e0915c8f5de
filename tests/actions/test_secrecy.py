"""No known customer value appears in logs, exceptions, receipts or the action tables."""

import asyncio
import logging
import re
import traceback
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from tests.support.action_harness import ACTION_CASES, FILE, KNOWN_PERSON, NEW_STREET, ActionHarness, Confirm, is_write
from tests.support.settling import settle_unknown
from tests.support.tables import change, select
from workbench.actions import Receipt
from workbench.actions.settling.settling import readers_of, settle_by_person
from workbench.bakkt.errors import BakktError
from workbench.casework.kyb_records import waive_owner
from workbench.domain.account import body_of
from workbench.domain.vocabulary import ActionKind, Outcome

TABLES = ("actions", "kyb_starts", "kyb_rulings", "kyb_ends", "owner_facts")
"""The tables about actions. Links have their own table; a draft is deleted when its account is opened."""

QUERIES = ("actions/log", "actions/unsettled", "actions/actors")
NUMBERS = ("219099887", "3035550187", "19710329")
"""Numbers to search for with any separators between the digits removed."""

TEXTS = (*KNOWN_PERSON.values(), "219-09-9887", "219099887", "+13035550187", "1971-03-29", NEW_STREET, "sandbox-key")
QUOTING = (
    "owners[0].identity.taxId 219-09-9887 (219099887, 219 09 9887) is taken by z.quillonby@example.com, "
    "+13035550187, born 1971-03-29: see https://bakkt.example/case?of=219099887"
)


def found_in(text: str, *more: str) -> list[str]:
    """Return which known values occur in a text, in whatever format."""
    bare = re.sub(r"(?<=\d)[\s./()-]+(?=\d)", "", text)
    return [value for value in (*TEXTS, *more) if value in text] + [number for number in NUMBERS if number in bare]


def refuse(request: httpx2.Request) -> httpx2.Response | None:
    """Return a 422 that quotes the rejected values wherever it can."""
    if not is_write(request):
        return None
    field = {"code": "INVALID", "field": "owners[0].identity.taxId", "message": QUOTING, "rejectedValue": "219-09-9887"}
    return httpx2.Response(422, json={"code": 422, "message": QUOTING, "validationErrors": [field]})


def answer_strangely(request: httpx2.Request) -> httpx2.Response | None:
    """Return an unreadable 200 that quotes the customer, so that the outcome is unknown."""
    return httpx2.Response(200, text=f"<p>Dear Zephyrine Quillonby, {QUOTING}</p>") if is_write(request) else None


ANSWERS = {"taken": lambda _request: None, "refused": refuse, "strange": answer_strangely}


@pytest.fixture
def harness(caplog: pytest.LogCaptureFixture) -> Iterator[ActionHarness]:
    caplog.set_level(logging.DEBUG)
    made = ActionHarness(of_each=len(ANSWERS))
    caplog.clear()
    yield made
    made.close()


def confirm_all(harness: ActionHarness) -> list[Receipt]:
    """Confirm every kind of action with every kind of response, each for its own customer."""
    receipts = []
    for case in ACTION_CASES.values():
        for name, answer in zip(harness.names[case.kind], ANSWERS.values(), strict=True):
            confirm: Confirm = case.review(harness, name)
            harness.wire.instead = answer
            receipts.append(confirm(harness.actions, f"review of {name}"))
            harness.wire.instead = lambda _request: None
    return receipts


def kept(harness: ActionHarness) -> str:
    """Return everything in the action tables and in the results of action queries, but for the account's own name."""
    rows: list[Any] = [select(harness.store, f"select * from {table}") for table in TABLES]  # noqa: S608
    found = [row for name in QUERIES for row in harness.store.read_rows(name)]
    rows += [{column: value for column, value in row.items() if column != "display_name"} for row in found]
    names = [name for names in harness.names.values() for name in names]
    rows += [harness.store.read_rows("accounts/timeline", client_account_id=name) for name in names]
    return repr(rows)


def links(harness: ActionHarness) -> list[str]:
    accounts = harness.sandbox.simulation.accounts.values()
    return [link.url for account in accounts for link in account.links]


def test_no_known_value_is_in_logs_receipts_or_tables_of_actions(
    harness: ActionHarness, caplog: pytest.LogCaptureFixture
) -> None:
    receipts = confirm_all(harness)
    outcomes = {receipt.outcome for receipt in receipts}
    settle_all(harness)
    assert outcomes == {Outcome.ACCEPTED, Outcome.REFUSED, Outcome.UNKNOWN}
    assert links(harness)
    for receipt in receipts:
        told = f"{receipt.title} {receipt.words} {receipt.next_step} {receipt!r}"
        assert found_in(told, *links(harness)) == []
    assert harness.names[ActionKind.UPDATE_ACCOUNT][0] in caplog.text
    assert found_in(caplog.text, *links(harness)) == []
    assert found_in(kept(harness), *links(harness)) == []


def settle_all(harness: ActionHarness) -> None:
    """Settle what can be read back, and the rest as a person whose note contains a number it should not."""
    harness.let_minutes_pass()
    settle_unknown(harness.actions, readers_of(harness.actions))
    for row in harness.store.read_rows("actions/unsettled"):
        settle_by_person(harness.actions, row["action_id"], Outcome.NOT_SENT, "They said: 219 09 9887 is unknown")


def test_refused_words_keep_what_helps(harness: ActionHarness) -> None:
    name = harness.names[ActionKind.OPEN_ACCOUNT][0]
    confirm = ACTION_CASES[ActionKind.OPEN_ACCOUNT].review(harness, name)
    harness.wire.instead = refuse
    record = confirm(harness.actions, "review").record
    assert record is not None
    ((field, words),) = record.refusals
    assert field == "owners[0].identity.taxId"
    assert "is taken by" in words


@pytest.mark.parametrize("answer", [refuse, answer_strangely])
def test_no_exception_on_the_way_quotes_a_customer(harness: ActionHarness, answer: Any) -> None:
    harness.wire.instead = answer
    name = harness.names[ActionKind.UPDATE_ACCOUNT][0]
    body = body_of(harness.form_of(ActionKind.UPDATE_ACCOUNT, name), datetime.now(UTC).date())

    async def fail() -> None:
        async with harness.connect() as client:
            with pytest.raises(BakktError) as account:
                await client.submit_account(body)
            with pytest.raises(BakktError) as link:
                await client.fetch_verification_link(name)
            with pytest.raises(BakktError) as paper:
                await client.submit_document(
                    {"clientDocumentId": str(uuid.uuid4()), "account": name, "documentType": "PASSPORT"},
                    FILE.content,
                    FILE.content_type,
                    "Quillonby.png",
                )
            for raised in (account, link, paper):
                told = "".join(traceback.format_exception(raised.value))
                assert found_in(f"{told} {raised.value!r} {raised.value}") == []

    asyncio.run(fail())


def test_what_people_write_about_kyb_keeps_no_number(harness: ActionHarness) -> None:
    name = harness.names[ActionKind.TRIGGER_KYB][0]
    waive_owner(harness.actions, name, "person-2", "Her number is 219-09-9887")
    assert "Her number is" in kept(harness)
    assert found_in(kept(harness)) == []


def test_plans_and_records_do_not_show_what_they_hold(harness: ActionHarness) -> None:
    for case in ACTION_CASES.values():
        confirm = case.review(harness, harness.names[case.kind][0])
        held = [cell.cell_contents for cell in getattr(confirm, "__closure__", None) or ()]
        shown = [value for value in held if not isinstance(value, str)]
        assert found_in(repr(shown)) == []


@pytest.mark.many_cases
@pytest.mark.parametrize("planted", ["219-09-9887", "219 09 9887", "(303) 555-0187", "1971/03/29", "Quillonby"])
def test_the_sweep_finds_what_is_planted(harness: ActionHarness, planted: str) -> None:
    name = harness.names[ActionKind.UPDATE_ACCOUNT][0]
    record = ACTION_CASES[ActionKind.UPDATE_ACCOUNT].review(harness, name)(harness.actions, "review").record
    assert record is not None
    change(harness.store, "update actions set note = ?", [f"of {planted}"])
    assert found_in(kept(harness))
    assert found_in(repr(replace(record, note=planted)))
