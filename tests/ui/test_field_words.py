"""Labels of payload fields, without the structure of the body around them."""

import pytest

from workbench.ui.text.field_words import field_words


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("owners[0].identity.personalAddress.city", "Primary owner: personal address, city"),
        ("owners[2].phoneNumber", "Owner 3: phone"),
        ("owners[].identity.employment.employerAddress", "Owner: employment, employer's address"),
        ("owners[1]", "Owner 2"),
        ("owners", "Owners"),
        ("investmentProfile.customerProfile.annualIncomeRangeUsd", "Annual income"),
        ("entity.entityTaxId", "Entity, tax id"),
        ("entity.subjectToAMLRegulations", "Entity, subject to AML regulations"),
        ("entity", "Entity"),
        ("identity", "Identity"),
        ("somethingNew.of2027", "Something new, of2027"),
        ("", ""),
    ],
)
def test_a_field_is_said_as_people_call_it(path: str, words: str) -> None:
    assert field_words(path) == words
