import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.people import person
from workbench.access.masking import (
    DOTS,
    FOR_LOOKING,
    IN_A_FORM,
    USUAL,
    Masks,
    masked_contact,
    masked_link,
    masked_number,
    masked_payload,
    masked_words,
    masks_for,
)
from workbench.access.policy import Role
from workbench.domain.links.links import LINK_URL_FIELDS


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("123-45-6789", "•••• 6789"),
        ("AB 12 34 56 C", "•••• 456C"),
        ("1234", DOTS),
        ("", DOTS),
        (987654321, "•••• 4321"),
    ],
)
def test_a_number_shows_its_last_four_and_a_short_one_nothing(number: object, shown: str) -> None:
    assert masked_number(number) == shown


@pytest.mark.parametrize("field", ["taxId", "tax_id", "entityTaxId", "SSN", "documentNumber", "passportNumber"])
def test_identity_numbers_are_masked_at_any_depth(field: str) -> None:
    payload = {"request": {"owners": [{"identity": {field: "123-45-6789"}}]}}
    assert masked_payload(payload) == {"request": {"owners": [{"identity": {field: "•••• 6789"}}]}}


OWNER = {
    "clientOwnerId": "owner-1",
    "emailAddress": "ann@example.com",
    "phoneNumber": "+14155550100",
    "identity": {
        "givenName": "Ann",
        "dateOfBirth": "1984-05-06",
        "taxIdType": "SSN",
        "taxId": "219-09-9881",
        "personalAddress": {"streetAddress": ["1 Elm Way"], "city": "Reno"},
    },
}


def test_what_a_call_needs_stays_readable_and_a_street_and_a_birth_date_do_not() -> None:
    identity = {
        **OWNER["identity"],  # type: ignore[dict-item]
        "dateOfBirth": DOTS,
        "taxId": "•••• 9881",
        "personalAddress": {"streetAddress": DOTS, "city": "Reno"},
    }
    assert masked_payload(OWNER) == {**OWNER, "identity": identity}


def test_the_form_of_an_update_shows_streets_too_and_neither_number_nor_birth_date() -> None:
    identity = masked_payload(OWNER, IN_A_FORM)["identity"]
    assert identity["personalAddress"] == {"streetAddress": ["1 Elm Way"], "city": "Reno"}
    assert (identity["dateOfBirth"], identity["taxId"]) == (DOTS, "•••• 9881")


def test_who_may_not_see_contact_data_sees_its_last_four_characters() -> None:
    seen = masked_payload({**OWNER, "entityPhoneNumber": "+14155550199"}, FOR_LOOKING)
    assert (seen["emailAddress"], seen["phoneNumber"]) == ("•••• .com", "•••• 0100")
    assert (seen["entityPhoneNumber"], seen["clientOwnerId"]) == ("•••• 0199", "owner-1")


@pytest.mark.parametrize(
    ("role", "masks"),
    [
        (Role.VIEWER, FOR_LOOKING),
        (Role.ANALYST, FOR_LOOKING),
        (Role.AGENT, USUAL),
        (Role.LEAD, USUAL),
        (Role.ADMIN, USUAL),
    ],
)
def test_each_role_has_its_masks(role: Role, masks: Masks) -> None:
    assert masks_for(person("Ann", role)) == masks


@pytest.mark.parametrize("masks", [USUAL, IN_A_FORM, FOR_LOOKING])
def test_masking_twice_says_no_less_than_once(masks: Masks) -> None:
    once = masked_payload(OWNER, masks)
    assert masked_payload(once, masks) == once


def test_a_number_that_only_looks_masked_is_masked() -> None:
    assert masked_number(f"{DOTS} 219-09-9881") == "•••• 9881"
    assert masked_contact(f"{DOTS} ann@example.com") == "•••• .com"


def test_lists_and_objects_under_a_number_field_are_masked_too() -> None:
    assert masked_payload({"taxId": ["123456789", {"value": "123456789"}]}) == {"taxId": ["•••• 6789", DOTS]}


def test_an_absent_number_is_not_shown_as_a_masked_one() -> None:
    assert masked_payload({"taxId": None, "ssn": ""}) == {"taxId": None, "ssn": ""}


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ("Called +1 415 555 0177 twice", "Called •••• 0177 twice"),
        ("(415) 555-0177 or 415.555.0177.", "•••• 0177 or •••• 0177."),
        ("+44 20 7946 0000x12 and 5551234567ext9, 2079460000-ask", "•••• 0000x12 and •••• 4567ext9, •••• 0000-ask"),
        ("20.11.2034 and 1/2/2034", "20.11.2034 and 1/2/2034"),
        ("7d3c6f6e-0000-4000-8000-000000000001, 12345678-0000-4000-8000-00000000000a",) * 2,
        ("wrote to zoe.o+x@example.test, no answer", "wrote to •••• test, no answer"),
        ("sent https://verify.example.test/s/1?t=2", "sent https://verify.example.test/••••"),
        ("2026-11-24 12:00, ACC-1027118, 3 of 3 links, 50000", "2026-11-24 12:00, ACC-1027118, 3 of 3 links, 50000"),
    ],
)
def test_what_somebody_wrote_freely_names_no_number_address_or_link(words: str, masked: str) -> None:
    assert masked_words(words, FOR_LOOKING) == masked
    assert masked_words(masked, FOR_LOOKING) == masked


def test_a_link_that_somebody_wrote_is_masked_for_whoever_reads_phone_numbers_and_no_links() -> None:
    words = "+1 415 555 0177: https://verify.example.test/s/1"
    assert masked_words(words, USUAL) == "+1 415 555 0177: https://verify.example.test/••••"


def test_tokens_are_hidden_whole() -> None:
    assert masked_payload({"shareToken": "abcdef123456"}) == {"shareToken": DOTS}


def test_a_link_shows_its_host_alone() -> None:
    assert masked_link("https://verify.example.net/session/abc?token=1") == f"https://verify.example.net/{DOTS}"
    assert masked_payload({"verificationURL": "https://v.example/abc"}) == {
        "verificationURL": f"https://v.example/{DOTS}"
    }


@pytest.mark.parametrize("broken", ["", "not a link", "http://[::1", "javascript:alert(1)"])
def test_text_that_is_not_a_link_shows_nothing(broken: str) -> None:
    assert masked_link(broken) == DOTS


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_masking_keeps_the_shape_of_any_payload(payload: object) -> None:
    masked = masked_payload({"other": payload, "taxId": "123456789"})
    assert "123456789" not in json.dumps(masked["taxId"])
    assert type(masked["other"]) is type(payload)


@pytest.mark.parametrize("name", LINK_URL_FIELDS)
def test_a_link_is_masked_in_every_spelling_in_which_one_is_read(name: str) -> None:
    assert masked_payload({name: "https://v.example/abc"}) == {name: f"https://v.example/{DOTS}"}
