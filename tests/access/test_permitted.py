"""The parts of a desk as one person may use them."""

import inspect
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from tests.support.facts import ago, ahead, landed_event, owner, poll
from tests.support.people import person
from tests.support.query_parameters import parameters_of
from tests.support.trails import FullDisk, Notebook
from workbench.access.acting import Acting, NotAllowedError
from workbench.access.permitted import STORE_NEEDS, Need, in_full, nothing_more, permitted, permitted_store
from workbench.access.policy import Act, Role
from workbench.domain.errors import InputError, StoreError
from workbench.domain.facts import Ruling
from workbench.domain.kyb.owner_facts import OwnerFacts
from workbench.store import Attribution, Store
from workbench.store.engine.catalogue import catalogue
from workbench.store.records.segments import Segment

ASKED_BY_NAME = {"read", "read_rows", "read_from", "read_in_batches", "begin_action", "find_action"}
"""Methods that ask for themselves: by the query or the kind of action they are given, or to mask what they find."""


class Lamp:
    def __init__(self) -> None:
        self.switched: list[str] = []

    def switch(self, room: str) -> str:
        self.switched.append(room)
        return f"light in {room}"

    def smash(self) -> None:
        self.switched.append("smashed")


def lamp_of(role: Role, notebook: Notebook) -> Lamp:
    needs = {"switch": Need(Act.SYNC, lambda room: room), "switched": Need(Act.SEE_LISTS)}
    return permitted(Lamp(), Acting(person("Ann", role), notebook), needs)


def test_a_method_that_a_role_may_use_works_and_is_written_down_before() -> None:
    notebook = Notebook()
    assert lamp_of(Role.AGENT, notebook).switch("hall") == "light in hall"
    assert notebook.rows == [("Ann", "sync with Bakkt", "hall", "allowed")]


def test_a_method_that_a_role_may_not_use_does_nothing_and_the_refusal_is_written_down() -> None:
    notebook = Notebook()
    lamp = lamp_of(Role.VIEWER, notebook)
    with pytest.raises(NotAllowedError, match=r"Your role \(viewer\) may not sync with Bakkt."):
        lamp.switch("hall")
    assert lamp.switched == []
    assert notebook.rows == [("Ann", "sync with Bakkt", "", "refused")]


def test_a_method_without_a_row_nobody_may_use() -> None:
    notebook = Notebook()
    with pytest.raises(NotAllowedError, match=r"Your role \(admin\) may not do this\.") as refused:
        lamp_of(Role.ADMIN, notebook).smash()
    assert refused.value.next_step == "Ask an admin for a role, or a token, that allows this."
    assert notebook.rows == [("Ann", "use smash", "", "refused")]


def test_what_cannot_be_written_down_is_not_done() -> None:
    lamp = Lamp()
    acting = Acting(person("Ann"), FullDisk())
    with pytest.raises(StoreError):
        permitted(lamp, acting, {"switch": Need(Act.SYNC, nothing_more)}).switch("hall")
    assert lamp.switched == []


def test_one_persons_part_becomes_anothers_and_not_a_part_of_it() -> None:
    lamp = lamp_of(Role.VIEWER, Notebook())
    lead = permitted(lamp, Acting(person("Lee", Role.LEAD)), {"switch": Need(Act.SYNC)})
    assert lead.switch("hall") == "light in hall"
    assert isinstance(in_full(lead), Lamp)


def test_each_row_names_a_method_of_the_store() -> None:
    names = {name for name, _ in inspect.getmembers(Store)} | {"loss", "has_losses"}
    assert set(STORE_NEEDS) <= names


@pytest.mark.parametrize("name", ["close", "database", "stop_clock", "land_readings", "complete_action", "publish"])
def test_nobody_reaches_what_the_workbench_itself_uses(desk: Store, name: str) -> None:
    with pytest.raises(NotAllowedError):
        getattr(permitted_store(desk, Acting(person("Ann", Role.ADMIN))), name)


def test_rows_of_a_store_are_masked_in_whatever_way_they_are_read(desk: Store) -> None:
    desk.land_readings([poll("cust-1", ago(5))])
    store = permitted_store(desk, Acting(person("An", Role.ANALYST)))
    asked = {"client_account_id": "cust-1"}
    contact = ("•••• test", "•••• 0100")
    rows = [
        store.read("accounts/owners", **asked).to_pylist(),
        store.read_rows("accounts/owners", **asked),
        store.read_in_batches("accounts/owners", **asked).read_all().to_pylist(),
    ]
    assert [(row["email_address"], row["phone_number"]) for (row,) in rows] == [contact] * 3


HIDDEN = ("+14155550177", "4155550177", "zoe@example.test", "https://verify.example.test/s/of-zoe", "12 Elm Road")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_no_query_of_the_catalogue_tells_who_looks_a_contact_a_link_or_a_street(desk: Store, role: Role) -> None:
    phone, _, email, link, street = HIDDEN
    answer = {"owners": [{"phoneNumber": phone, "emailAddress": email, "personalAddress": {"streetAddress": [street]}}]}
    zoe = poll("cust-1", ago(5), owners=(owner("own-1", phone_number=phone, email_address=email),))
    desk.land_registry(["cust-1"], "file")
    desk.land_readings([replace(zoe, account_json=json.dumps(answer))])
    desk.land_events(
        [landed_event("cust-1", ago(4), "INACTIVE", "DOCUMENT_VERIFICATION", link_url=link, link_expires_at=ahead(20))]
    )
    desk.land_manual_start(Attribution("cust-1", "Ann", f"Called 415 555-0177, then wrote to {email}: {link}"), ago(3))
    store = permitted_store(desk, Acting(person("Vi", role)))
    asked = {"client_account_id": "cust-1", "client_account_ids": '["cust-1"]', "term": "ann"}
    told = []
    for query in catalogue().values():
        given = {name: asked.get(name, value) for name, value in parameters_of(query).items()}
        with suppress(NotAllowedError):
            told.append(str(store.read_rows(query.name, **given)))
    assert len(told) > len(catalogue()) - 15
    assert [text for text in (*HIDDEN, "555-0177") if any(text in rows for rows in told)] == []
    assert any("Called •••• 0177, then wrote to •••• test: https://verify.example.test/••••" in rows for rows in told)


def test_a_query_is_asked_for_by_its_topic(desk: Store) -> None:
    notebook = Notebook()
    store = permitted_store(desk, Acting(person("Vi", Role.VIEWER), notebook))
    assert store.read_rows("backlog/counts")
    for refused in ("statements/saved", "people/all", "weather/today"):
        with pytest.raises(NotAllowedError):
            store.read(refused)
    assert [row[1] for row in notebook.rows] == ["ask in SQL", "manage people and tokens", "ask weather/today"]


def test_a_segment_is_saved_by_whom_may_and_by_nobody_else(desk: Store) -> None:
    segment = Segment("s1", "Everyone", "accounts/standing", {}, is_frozen=True)
    notebook = Notebook()
    with pytest.raises(NotAllowedError):
        permitted_store(desk, Acting(person("Vi", Role.VIEWER))).save_segment(segment, "Vi", ago(1))
    assert desk.find_segment("s1") is None
    permitted_store(desk, Acting(person("Ann", Role.AGENT), notebook)).save_segment(segment, "Ann", ago(1))
    assert desk.find_segment("s1") is not None
    assert notebook.rows == [("Ann", "save segments", "s1", "allowed")]


def searching(desk: Store, role: Role, term: str) -> list[list[str]]:
    """The accounts that are found by each way to ask."""
    store = permitted_store(desk, Acting(person("Vi", role)))
    answers = [
        store.read("accounts/search", term=term).to_pylist(),
        store.read("accounts/search", term=term, contact="true").to_pylist(),
        store.read_rows("accounts/search", term=term),
    ]
    return [[row["client_account_id"] for row in rows] for rows in answers]


@pytest.mark.parametrize("term", ["4155550100", "555010", "+1 415 555 0100", "ann@", "quill 55501", "quil 4155550100"])
def test_who_may_not_see_contact_data_cannot_find_it_out_by_searching(desk: Store, term: str) -> None:
    ann = owner(given_name="Ann", family_name="Quill", phone_number="+14155550100", email_address="ann@example.test")
    desk.land_readings([poll("cust-1", ago(5), owners=(ann,))])
    for role in (Role.VIEWER, Role.ANALYST):
        assert searching(desk, role, term) == [[], [], []]


@pytest.mark.many_cases
@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT])
@pytest.mark.parametrize("term", ["quill", "ann quill", "quilll", "cust-4155550100", "4155550100", "own-1"])
def test_everybody_finds_customers_by_name_and_id(desk: Store, role: Role, term: str) -> None:
    ann = owner("own-1", given_name="Ann", family_name="Quill", phone_number="+12025550177")
    desk.land_readings([poll("cust-4155550100", ago(5), owners=(ann,))])
    assert searching(desk, role, term) == [["cust-4155550100"]] * 3


@pytest.mark.many_cases
@pytest.mark.parametrize("term", ["4155550100", "+1 415 555 0100", "ann@", "quill 55501", "quilll 55501"])
def test_an_agent_finds_customers_by_phone_number_and_e_mail_address(desk: Store, term: str) -> None:
    ann = owner(given_name="Ann", family_name="Quill", phone_number="+14155550100", email_address="ann@example.test")
    desk.land_readings([poll("cust-1", ago(5), owners=(ann,))])
    assert searching(desk, Role.AGENT, term) == [["cust-1"]] * 3


ON_ACC_1 = Attribution("ACC-1", "Ann", "Seen at Bakkt")
RECORDED: dict[str, Callable[[Store], object]] = {
    "ACC-1 owner_documents o1 d1": lambda store: store.land_ruling(
        ON_ACC_1, Ruling(ago(1), "owner_documents", client_owner_id="o1", client_document_id="d1")
    ),
    "ACC-1 owner o1": lambda store: store.land_owner_facts(ON_ACC_1, "o1", OwnerFacts(), ago(1)),
    "ACC-1 manual KYB began": lambda store: store.land_manual_start(ON_ACC_1, ago(2)),
    "ACC-1 manual KYB ended as approved": lambda store: store.land_manual_end(ON_ACC_1, ago(1), "approved"),
}


@pytest.mark.parametrize("about", RECORDED)
def test_what_is_recorded_of_kyb_says_what(desk: Store, about: str) -> None:
    notebook = Notebook()
    store = permitted_store(desk, Acting(person("Ann", Role.AGENT), notebook))
    RECORDED[about](store)
    assert notebook.rows == [("Ann", "record KYB decisions", about, "allowed")]


def test_a_ruling_that_its_check_refuses_has_failed(desk: Store) -> None:
    def refuse(_: object) -> None:
        raise InputError("This was ruled on meanwhile.")

    notebook = Notebook()
    store = permitted_store(desk, Acting(person("Ann", Role.AGENT), notebook))
    with pytest.raises(InputError):
        store.land_ruling(ON_ACC_1, Ruling(ago(1), "owner_documents"), refuse)
    assert [row[2:] for row in notebook.rows] == [
        ("ACC-1 owner_documents", "allowed"),
        ("ACC-1 owner_documents", "failed"),
    ]
