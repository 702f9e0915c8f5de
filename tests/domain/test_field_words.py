"""Labels of payload fields, without the structure of the body around them."""

import pytest

from workbench.domain.account.field_words import field_words


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
        ("entity.entityFormationDate", "Entity, formed on"),
        ("entity.firmAnnualNetIncome", "Entity, annual net income"),
        ("owners[0].agreements[0].eSignedDate", "Primary owner: agreement, signed on"),
        ("owners[1].agreements[1].version", "Owner 2: agreement 2, version"),
        ("owners[0].mailingAddress.streetAddress[0]", "Primary owner: mailing address, street"),
        ("owners[0].mailingAddress.streetAddress[1]", "Primary owner: mailing address, apartment, floor, c/o"),
        ("owners[0].mailingAddress.streetAddress[2]", "Primary owner: mailing address, line 3"),
        ("owners[0].identity.employment.employerName", "Primary owner: employment, employer"),
        ("trustedContacts[0].phoneNumber", "Trusted contact 1, phone"),
        ("investmentProfile.customerProfile.totalNetWorthRangeUsd", "Total net worth"),
        ("entity.subjectToAMLRegulations", "Entity, subject to AML regulations"),
        ("entity", "Entity"),
        ("identity", "Identity"),
        ("somethingNew.of2027", "Something new, of2027"),
        ("", ""),
    ],
)
def test_a_field_is_said_as_people_call_it(path: str, words: str) -> None:
    assert field_words(path) == words
