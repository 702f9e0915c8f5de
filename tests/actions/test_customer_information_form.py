"""The Customer Information Form is filled with known data, lists what is missing, and opens whatever names contain."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from docx import Document
from docx.document import Document as WordDocument

from tests.support.applicants import company
from tests.support.facts import ago, owner, poll
from tests.support.people import acting_as
from tests.support.tables import change, table_names
from workbench.access.policy import POLICY, Act, Role
from workbench.actions import Actions
from workbench.actions.drafts import Draft
from workbench.bakkt.client import BakktClient
from workbench.casework.business_owners import business_questions
from workbench.casework.customer_information_form import (
    FILE_NAME,
    make_draft_form,
    make_form,
    preview_draft_form,
    preview_form,
    write_form,
)
from workbench.domain.errors import InputError
from workbench.domain.kyb.customer_information import TO_FILL_IN, fill_form
from workbench.domain.kyb.owner_facts import OwnerFacts
from workbench.store import Store

READ_AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def address(street: str = "12 Larch Street") -> dict[str, Any]:
    return {"streetAddress": [street], "city": "Denver", "state": "CO", "postalCode": "80202", "country": "USA"}


def person(given: str = "Ada", family: str = "Quill", **more: Any) -> dict[str, Any]:
    identity = {
        "givenName": given,
        "familyName": family,
        "dateOfBirth": "1984-05-06",
        "taxId": "219-09-9881",
        "taxIdType": "SSN",
        "personalAddress": address("3 Elm Row"),
    }
    return {
        "clientOwnerId": "o1",
        "role": "PRIMARY_OWNER",
        "emailAddress": "ada@example.test",
        "phoneNumber": "+13035550142",
        "identity": {**identity, **more},
    }


ENTITY = {
    "entityLegalName": "Larch & Sons LLC",
    "entityType": "LLC",
    "entityTaxId": "12-1234567",
    "entityEmailAddress": "office@example.test",
    "entityPhoneNumber": "+13035550143",
    "entityFormationDate": "2011-02-03",
    "entityOfferings": "Timber and planks",
    "entityRegistrationStatus": "NOT_APPLICABLE",
    "operatingAddress": address(),
    "operatingCountries": ["USA", "FRA", "XKX"],
    "sourceOfFunds": "Sales of timber",
    "firmTotalNetWorthUsdRange": "FROM_1M_TO_2M",
    "dailyTransactionVolumeUsdRange": "UNDER_250K",
    "investmentObjective": "GROWTH",
}
ALWAYS_MISSING = [
    "Business details: Purpose of digital assets",
    "Business details: Anticipated transaction volume (monthly)",
    "Business details: Ongoing source of funds",
    "General Partners / Managing Members: Person 1, name",
    "General Partners / Managing Members: Person 1, title",
    "Beneficial owner 1: Share of equity, in %",
    "Beneficial owner 1: Significant management responsibility",
]


def request(**changed: Any) -> dict[str, Any]:
    return {"accountType": "ENTITY", "entity": ENTITY, "owners": [person()], **changed}


def opened(payload: dict[str, Any], client_account_id: str = "firm-1") -> WordDocument:
    return Document(io.BytesIO(write_form(fill_form(payload), client_account_id, READ_AT)))


def fields_of(document: WordDocument) -> list[dict[str, str]]:
    """Return each table of the form, in order, as labels and values."""
    return [{row.cells[0].text: row.cells[1].text for row in table.rows} for table in document.tables]


def text_of(document: WordDocument) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_the_file_opens_again_with_every_known_field_in_its_place() -> None:
    business, authorized, ada, *signatures = fields_of(opened(request()))
    assert business == {
        "Legal name": "Larch & Sons LLC",
        "Operating address": "12 Larch Street, Denver CO 80202, United States",
        "Phone": "+13035550143",
        "E-mail": "office@example.test",
        "Tax ID": "12-1234567",
        "Formation date": "2011-02-03",
        "Products and services": "Timber and planks",
        "Purpose of digital assets": f"{TO_FILL_IN}\nBakkt has: Growth",
        "Anticipated transaction volume (monthly)": f"{TO_FILL_IN}\nBakkt has: UNDER 250K USD a day",
        "Regulatory registration details": "Not applicable",
        "Net worth": "1M to 2M USD",
        "Initial source of funds": "Sales of timber",
        "Ongoing source of funds": f"{TO_FILL_IN}\nBakkt has: Sales of timber",
        "Countries of operation": "United States, France, Kosovo",
    }
    assert authorized == {"Person 1, name": TO_FILL_IN, "Person 1, title": TO_FILL_IN}
    assert ada == {
        "Name": "Ada Quill",
        "Date of birth": "1984-05-06",
        "Address": "3 Elm Row, Denver CO 80202, United States",
        "Phone": "+13035550142",
        "E-mail": "ada@example.test",
        "Tax ID": "219-09-9881, SSN",
        "Role": "Primary owner",
        "Share of equity, in %": f"{TO_FILL_IN}\nEveryone with 25% or more",
        "Significant management responsibility": f"{TO_FILL_IN}\nYes or no, and the title",
    }
    signed = dict.fromkeys(["Name of authorised signer", "Title", "Signature", "Date"], "")
    assert signatures == [signed, signed]


def test_what_is_missing_stands_at_the_top_and_marked_in_its_field() -> None:
    document = opened(request())
    bullets = [line.text for line in document.paragraphs if line.style and line.style.name == "List Bullet"]
    assert bullets == list(fill_form(request()).missing) == ALWAYS_MISSING
    assert document.paragraphs[2].text == "To complete by hand: 7 fields and the signatures"
    marked = sum(value.startswith(TO_FILL_IN) for table in fields_of(document) for value in table.values())
    assert marked == len(ALWAYS_MISSING)


def test_the_entity_type_is_ticked_and_names_those_with_authority() -> None:
    text = text_of(opened(request()))
    assert "☒ LLC" in text
    assert text.count("☒") == 1
    trust = request(accountType="ENTITY_PERSONAL_TRUST", entity={}, owners=[{**person(), "role": "TRUSTEE"}])
    document = opened(trust)
    assert "☒ Trust" in text_of(document)
    assert fields_of(document)[1] == {"Person 1, name": "Ada Quill", "Person 1, title": "Trustee"}
    unknown = fill_form(request(entity={**ENTITY, "entityType": "GUILD"}))
    assert unknown.missing[0] == "Legal entity type"


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"entity": None, "owners": None},
        {"entity": [], "owners": "Ada"},
        {"entity": {"entityLegalName": 7, "operatingCountries": [None, 5], "operatingAddress": "here"}},
        {"owners": [None, 5, {}, {"identity": None}, {"identity": {"givenName": ["x"], "personalAddress": 1}}]},
    ],
)
def test_a_payload_of_any_shape_gives_a_form_that_opens(payload: dict[str, Any]) -> None:
    document = opened(payload)
    business = fields_of(document)[0]
    assert all(value.startswith(TO_FILL_IN) for value in business.values())
    assert f"{len(fill_form(payload).missing)} fields" in document.paragraphs[2].text


HOSTILE = {
    "null": ("A\x00da", "A\ufffdda"),
    "control": ("A\x01\x08\x1fda", "A\ufffd\ufffd\ufffdda"),
    "lone surrogate": ("A\ud800da", "A\ufffdda"),
    "no character": ("A\uffffda", "A\ufffdda"),
    "newlines": ("Ada\r\n\tB\u2028C", "Ada B C"),
    "vertical tab": ("Ada\x0bB\x0cC", "Ada B C"),
    "markup": ("<w:p>&amp;</w:p>", "<w:p>&amp;</w:p>"),
    "xml": ("]]><!DOCTYPE x>", "]]><!DOCTYPE x>"),
    "field code": ("{ INCLUDETEXT http://x }", "{ INCLUDETEXT http://x }"),
    "arabic": ("محمد الفاتح", "محمد الفاتح"),
    "right to left": ("Ada\u202eB", "Ada\u202eB"),
    "emoji": ("Ada 🦉", "Ada 🦉"),
    "long": ("L" * 5000, "L" * 5000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_the_file(name: str) -> None:
    given, shown = HOSTILE[name]
    document = opened(request(owners=[person(given=given)], entity={**ENTITY, "entityLegalName": given}), given)
    business, _, owner_fields, *_ = fields_of(document)
    assert business["Legal name"] == shown
    assert owner_fields["Name"] == f"{shown} Quill"


def test_the_files_own_properties_tell_nobody() -> None:
    properties = opened(request()).core_properties
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    assert properties.created is not None
    assert properties.created.year == 2026
    assert FILE_NAME == "customer-information-form.docx"


def test_of_owners_that_may_be_businesses_it_is_asked_with_the_reason_and_an_ein_alone_asks_nothing() -> None:
    owners = [
        {**person(), "clientOwnerId": "o1"},
        {**person(family="Larch Holdings", taxIdType="EIN"), "clientOwnerId": "o2"},
        {**person(taxIdType="EIN"), "clientOwnerId": "o3"},
        {**person(dateOfBirth=None), "clientOwnerId": "o4"},
    ]
    asked = business_questions(request(owners=owners), {"o4": False, "o1": True})
    assert [(one.client_owner_id, one.number, one.answer) for one in asked] == [
        ("o1", 1, True),
        ("o2", 2, None),
        ("o4", 4, False),
    ]
    assert asked[1].reason == "The name holds a legal form, and the tax ID is an EIN."


def test_an_owner_that_is_a_business_is_no_natural_person_in_the_form() -> None:
    owners = [{**person(), "clientOwnerId": "o1"}, {**person("Larch", "GmbH"), "clientOwnerId": "o2"}]
    recorded = {"o2": OwnerFacts(40, is_business=True)}
    form = fill_form(request(owners=owners), recorded)
    assert [section.title for section in form.people] == ["Beneficial owner 1"]
    document = Document(io.BytesIO(write_form(form, "firm-1", READ_AT)))
    assert "Owners that are businesses" in text_of(document)
    assert any(table.get("Legal name") == "Larch GmbH" for table in fields_of(document)[1:])


@pytest.mark.slow
def test_the_form_is_made_from_the_newest_reading_and_kept_nowhere(desk: Store) -> None:
    read = poll("firm-1", ago(5), account_type="ENTITY", owners=(owner(),))
    tables = table_names(desk)
    desk.land_readings([read])
    change(desk, "update readings set account_json = $text", {"text": json.dumps({"request": request()})})
    document = Document(io.BytesIO(make_form(Actions(desk, never_connect, acting_as("Ann")), "firm-1")))
    assert fields_of(document)[0]["Tax ID"] == "12-1234567"
    assert list(preview_form(desk, "firm-1").missing) == ALWAYS_MISSING
    assert table_names(desk) == tables


def test_no_mask_stands_in_the_form_whatever_its_maker_may_see_on_pages(
    desk: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(POLICY, Act.SEE_CONTACT, {Role.ADMIN})
    desk.land_readings([poll("firm-1", ago(5), account_type="ENTITY", owners=(owner(),))])
    change(desk, "update readings set account_json = $text", {"text": json.dumps({"request": request()})})
    agents = Actions(desk, never_connect, acting_as("Ann")).acted_by(acting_as("Ann", Role.AGENT))
    business = fields_of(Document(io.BytesIO(make_form(agents, "firm-1"))))[0]
    assert (business["Phone"], business["E-mail"]) == ("+13035550143", "office@example.test")


def test_an_account_that_was_never_read_has_no_form(desk: Store) -> None:
    with pytest.raises(InputError, match="not been read yet"):
        make_form(Actions(desk, never_connect, acting_as("Ann")), "nobody")


def test_what_is_recorded_about_owners_stands_in_the_form_and_small_ones_who_do_not_manage_are_left_out() -> None:
    owners = [{**person(), "clientOwnerId": name} for name in ("o1", "o2", "o3", "o4")]
    recorded = {
        "o1": OwnerFacts(25, manages=False),
        "o2": OwnerFacts(24.5, manages=False),
        "o3": OwnerFacts(10, manages=True),
    }
    form = fill_form(request(owners=owners), recorded)
    answers = [{one.label: one.value for one in person.fields} for person in form.people]
    asked = ("Share of equity, in %", "Significant management responsibility")
    assert [tuple(answer[label] for label in asked) for answer in answers] == [("25", "No"), ("10", "Yes"), ("", "")]
    assert [section.title for section in form.people] == [f"Beneficial owner {number}" for number in (1, 2, 3)]


def test_the_form_is_made_from_a_draft_before_bakkt_has_the_account(desk: Store) -> None:
    actions = Actions(desk, never_connect, acting_as("Ann"))
    draft = Draft("d1", company(), businesses={"o2": True})
    document = Document(io.BytesIO(make_draft_form(actions, draft)))
    business, *_ = fields_of(document)
    assert business["Legal name"] == company().text("entity.entityLegalName")
    assert "filled in from a draft of ours, as it was at" in text_of(document)
    assert set(preview_draft_form(actions, draft)) >= {"Business details: Purpose of digital assets"}
    assert desk.read_rows("accounts/standing") == []


def never_connect() -> BakktClient:
    raise AssertionError("Nothing of this is sent to Bakkt.")
