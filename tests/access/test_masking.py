import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.access.masking import DOTS, masked_link, masked_number, masked_payload
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


def test_what_a_call_needs_stays_readable() -> None:
    owner = {
        "emailAddress": "ann@example.com",
        "phoneNumber": "+14155550100",
        "identity": {"givenName": "Ann", "dateOfBirth": "1984-05-06", "taxIdType": "SSN", "taxIdCountry": "USA"},
    }
    assert masked_payload(owner) == owner


def test_lists_and_objects_under_a_number_field_are_masked_too() -> None:
    assert masked_payload({"taxId": ["123456789", {"value": "123456789"}]}) == {"taxId": ["•••• 6789", DOTS]}


def test_an_absent_number_is_not_shown_as_a_masked_one() -> None:
    assert masked_payload({"taxId": None, "ssn": ""}) == {"taxId": None, "ssn": ""}


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
