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


@pytest.mark.parametrize(
    ("term", "field", "part"),
    [
        ("P-1", "account_id", "p1"),
        ("kierkegard soren", "name", "soren kierkegard"),
        ("soren@north", "email", "soren@northtest"),
        ("20-12-34-56", "phone", "+4520123456"),
        ("own-P-1", "owner_id", "ownp1"),
        ("doc-p-1", "document", "docp1"),
        ("shipping", "name", "aero shipping"),
        ("zoe o'brien", "owner", "zoe obrien"),
    ],
)
def test_a_match_says_in_which_field_it_is(names: Store, term: str, field: str, part: str) -> None:
    (hit,) = names.read_rows("accounts/search", term=term)
    assert (hit["found_in"], hit["found_text"]) == (field, part)


@pytest.mark.parametrize(
    ("term", "accounts"),
    [
        ("sorenson", ["P-5", "sorensen"]),
        ("sorensne", ["P-5", "sorensen"]),
        ("kierkegrad", ["P-1"]),
        ("kierkegar", ["P-1"]),
        ("kirkegard", ["P-1"]),
        ("soren kierkegaard", ["P-1"]),
        ("lukas zolc", ["P-2"]),
        ("shiping", ["E-1"]),
        ("kierkegrda", []),
        ("an surre", ["P-4"]),
        ("zoll", []),
    ],
)
def test_one_typing_mistake_in_a_name_of_five_letters_still_finds(names: Store, term: str, accounts: list[str]) -> None:
    assert sorted(found(names, term)) == sorted(accounts)


def test_similar_names_come_after_the_exact_ones(desk: Store) -> None:
    for number, family in enumerate(("Petersen", "Peterson", "Pettersen", "Peters")):
        desk.land_readings([poll(f"A-{number}", ago(5), owners=(owner("o", family_name=family),))])
    rows = desk.read_rows("accounts/search", term="peterson")
    assert [(row["client_account_id"], row["is_similar"]) for row in rows] == [("A-1", False), ("A-0", True)]
    assert found(desk, "petersen") == ["A-0", "A-1", "A-2"]
    assert [row["client_account_id"] for row in desk.read_rows("accounts/search", term="petersen", limit=1)] == ["A-0"]


def test_a_page_of_matches_says_how_many_there_are(desk: Store) -> None:
    desk.land_readings([poll(f"A-{n}", ago(5)) for n in range(7)])
    page = desk.read_rows("accounts/search", term="ann test", limit=3, offset=2)
    assert [row["client_account_id"] for row in page] == ["A-2", "A-3", "A-4"]
    assert {row["matches"] for row in page} == {7}


def test_accounts_are_named_in_the_order_of_their_ids(names: Store) -> None:
    rows = names.read_rows("accounts/named", client_account_ids='["P-3", "no such id", "P-1", "a, b"]')
    assert [row["client_account_id"] for row in rows] == ["P-3", "P-1"]


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


@pytest.fixture(scope="module")
def spelled() -> Iterator[Store]:
    """Customers whose names are written with signs that have look-alikes."""
    desk = new_store()
    written = {
        "curly": ("Sinéad", "O’Brien"),
        "plain": ("Conor", "O'Neill"),
        "okina": ("Keanu", "Kahaleʻa"),
        "comma": ("Zoë", "Ångström"),
        "hyphen": ("Ada", "Smith-Jones"),
        "unbroken": ("Bea", "Young\u2011Price"),
        "apart": ("Cleo", "Hall Reed"),
        "ligature": ("Gra\ufb03n", "Ho\ufb00mann"),
        "turkish": ("Işıl", "İnan"),
        "wide": ("Ｋｅｎ", "Ｍｏｒｉ"),
        "composed": ("Jose\u0301", "Nun\u0303ez"),
        "initials": ("J.P.", "Marlow"),
        "stop": ("Ivo", "St. Cyr"),
        "blank": ("Marie\u00a0Luise", "Vogt"),
    }
    for client_account_id, (given, family) in written.items():
        one = owner(f"own-{client_account_id}", given_name=given, family_name=family, email_address="x@y.test")
        desk.land_readings([poll(client_account_id, ago(5), owners=(one,))])
    yield desk
    desk.close()


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("account", "terms"),
    [
        ("curly", ["O'Brien", "O’Brien", "o`brien", "O´Brien", "OʼBrien", "OBrien", "o brien", "O'Brien, Sinead"]),
        ("plain", ["O'Neill", "O’Neill", "O‘Neill", "O＇Neill", "oneill", "Conor O′Neill"]),
        ("okina", ["Kahale'a", "kahalea", "Kahaleʻa"]),
        (
            "comma",
            [
                "Ångström, Zoë",
                "Angstrom,Zoe",
                "zoe ångström",
                "“Zoë” Ångström.",
                "Ångström; Zoë",
                "A\u030angstro\u0308m",
            ],
        ),
        ("hyphen", ["Smith-Jones", "Smith Jones", "Smith\u2011Jones", "smith–jones", "SmithJones", "Jones, Smith"]),
        ("unbroken", ["Young-Price", "young price", "Young—Price", "Young\u00adPrice"]),
        ("apart", ["Hall Reed", "Hall-Reed", "Hall\u2010Reed", "Hall\u00a0Reed", "Reed Hall Cleo"]),
        ("ligature", ["Graffin Hoffmann", "HOFFMANN", "Ho\ufb00mann"]),
        ("turkish", ["ISIL INAN", "ışıl inan", "İnan"]),
        ("wide", ["Ken Mori", "ｍｏｒｉ"]),
        ("composed", ["José Núñez", "JOSE NUNEZ"]),
        ("initials", ["JP Marlow", "J.P. Marlow", "J-P Marlow"]),
        ("stop", ["St Cyr", "st.cyr", "St. Cyr, Ivo"]),
        ("blank", ["Marie Luise", "Marie-Luise", "Ma\u200brie\u2009Luise"]),
    ],
)
def test_a_name_is_found_whatever_signs_it_is_typed_with(spelled: Store, account: str, terms: list[str]) -> None:
    assert {term: found(spelled, term) for term in terms} == {term: [account] for term in terms}


@pytest.mark.parametrize(
    "term",
    [
        "\u202a+45\u00a020\u201112\u201134\u201156\u202c",
        "＋４５ ２０ １２ ３４ ５６",
        "+٤٥ ٢٠١٢٣٤٥٦",
        "+45.20.12.34.56",
        "+45/20/123456",
    ],
)
def test_a_phone_number_is_found_whatever_signs_it_is_typed_with(names: Store, term: str) -> None:
    assert found(names, term) == ["P-1"]


def test_an_id_is_found_whatever_signs_it_is_typed_with(names: Store) -> None:
    for term in ("P\u20111", "Ｐ−１", "\ufeffP-1\u200b", "own–P–1"):
        assert found(names, term) == ["P-1"], term


OWNER_ID = "0f3c2b1a-77aa-4c11-9d52-2f1f64c0a001"


@pytest.mark.parametrize(
    "term", [OWNER_ID, OWNER_ID.upper(), OWNER_ID[:8], f" {OWNER_ID}\u200b", "bakkt-A", "BAKKT\u2011a"]
)
def test_bakkts_own_ids_find_the_account(desk: Store, term: str) -> None:
    people = (owner("o1", bakkt_owner_id="11111111-0000-4000-8000-000000000000"), owner("o2", bakkt_owner_id=OWNER_ID))
    desk.land_readings([poll("A", ago(5), owners=people), poll("B", ago(5))])
    assert found(desk, term) == ["A"]
