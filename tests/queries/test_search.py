"""One box for id, name, e-mail, phone, owner id, document id and company: accents, case, digits, ranking."""

from collections.abc import Iterator

import pytest

from tests.support.facts import ago, document, landed_event, owner, poll
from tests.support.stores import new_store
from workbench.store import Store


@pytest.fixture(scope="module")
def names() -> Iterator[Store]:
    desk = new_store()

    def person(client_account_id: str, given: str, family: str, phone_number: str, email_address: str) -> None:
        one = owner(
            f"own-{client_account_id}",
            given_name=given,
            family_name=family,
            phone_number=phone_number,
            email_address=email_address,
        )
        documents = [document("PASSPORT", client_document_id=f"doc-{client_account_id}")]
        desk.land_readings([poll(client_account_id, ago(5), owners=(one,), documents=documents)])

    person("P-1", "Søren", "Kierkegård", phone_number="+4520123456", email_address="soren@north.test")
    person("P-2", "Łukasz", "Żółć", phone_number="+48601234567", email_address="z@south.test")
    person("P-3", "Đorđe", "Weiß", phone_number="+1 (415) 555-0177", email_address="w@south.test")
    person("P-4", "Ann", "100% Sure", phone_number="+442079460958", email_address="a_b@south.test")
    person("P-5", "Ann", "Sorensen", phone_number="+442079460000", email_address="axb@south.test")
    person("sorensen", "佐藤", "太郎", phone_number="+81312345678", email_address="t@south.test")
    people = (owner("own-E", given_name="Zoë", family_name="O'Brien"),)
    desk.land_readings([poll("E-1", ago(5), account_type="ENTITY", owners=people, entity_name="Ærø Shipping")])
    desk.land_events([landed_event("heard-of", ago(5), "ACTIVE")])
    desk.land_registry(["only-registered"], "file")
    yield desk
    desk.close()


def found(store: Store, term: str) -> list[str]:
    return [row["client_account_id"] for row in store.read_rows("accounts/search", term=term)]


@pytest.mark.parametrize(
    ("term", "account"),
    [
        ("P-1", "P-1"),
        ("p-1", "P-1"),
        ("soren kierkegard", "P-1"),
        ("KIERKEGÅRD", "P-1"),
        ("kierkegard soren", "P-1"),
        ("  kierkegard   SOREN ", "P-1"),
        ("soren@north", "P-1"),
        ("own-P-1", "P-1"),
        ("doc-p-1", "P-1"),
        ("lukasz", "P-2"),
        ("ŁUKASZ", "P-2"),
        ("zolc", "P-2"),
        ("żo\u0301łć", "P-2"),
        ("dorde", "P-3"),
        ("weiss", "P-3"),
        ("WEISS", "P-3"),
        ("weiß", "P-3"),
        ("100%", "P-4"),
        ("%", "P-4"),
        ("a_b@", "P-4"),
        ("佐藤", "sorensen"),
        ("aero", "E-1"),
        ("ærø shipping", "E-1"),
        ("zoe o'brien", "E-1"),
        ("own-e", "E-1"),
        ("heard", "heard-of"),
    ],
)
def test_a_term_finds_its_account_alone(names: Store, term: str, account: str) -> None:
    assert found(names, term) == [account]


@pytest.mark.parametrize(
    ("term", "account"),
    [
        ("+45 20 12 34 56", "P-1"),
        ("20-12-34-56", "P-1"),
        ("4520123456", "P-1"),
        ("(415) 555-0177", "P-3"),
        ("4155550177", "P-3"),
        ("+14155550177", "P-3"),
        ("020 7946 0958", "P-4"),
        ("+44 20 7946 0958", "P-4"),
    ],
)
def test_a_phone_number_is_found_by_its_digits(names: Store, term: str, account: str) -> None:
    assert found(names, term) == [account]


@pytest.mark.parametrize("term", ["nobody", "P_1", "P%1", "soren zolc", "1\x1f2", "only-registered", "' or 1=1 --"])
def test_what_matches_nobody_finds_nobody(names: Store, term: str) -> None:
    assert found(names, term) == []


def test_the_best_match_comes_first(names: Store) -> None:
    assert found(names, "sorensen") == ["sorensen", "P-5"]
    assert found(names, "soren") == ["sorensen", "P-1", "P-5"]


def test_a_term_does_not_match_across_two_fields(names: Store) -> None:
    assert found(names, "0123456z@south.test") == []
    assert found(names, "kierkegardsoren@north.test") == []


def test_a_new_name_is_found_and_the_old_one_is_not(desk: Store) -> None:
    for hour, family in ((5, "Stary"), (1, "Nowak")):
        people = (owner("o1", given_name="Łukasz", family_name=family),)
        desk.land_readings([poll("A", ago(hour), owners=people)])
    assert found(desk, "nowak") == ["A"]
    assert found(desk, "stary") == []


def test_there_is_no_limit(desk: Store) -> None:
    desk.land_readings([poll(f"A-{n:04}", ago(5)) for n in range(1500)])
    assert len(found(desk, "ann test")) == 1500
