"""When to ask whether an owner is a business, which Bakkt's screening does not accept."""

from typing import Any

import pytest

from workbench.domain.kyb.business_owners import business_signs, has_legal_form

FORM, BIRTH, EIN = "the name holds a legal form", "there is no date of birth", "the tax ID is an EIN"


def owner(name: str = "Ada Quill", **identity: Any) -> dict[str, Any]:
    given, _, family = name.partition(" ")
    return {"identity": {"givenName": given, "familyName": family, "dateOfBirth": "1984-05-06", **identity}}


@pytest.mark.parametrize(
    "name",
    [
        "Larch LLC",
        "Larch L.L.C.",
        "Larch, Inc.",
        "LARCH INC",
        "Müller GmbH",
        "Müller GmbH & Co. KG",
        "Larch Ltd",
        "Larch Ltd.",
        "Larch Limited",
        "Mélèze S.A.",
        "Mélèze SA",
        "Mélèze S. A.",
        "Mélèze S.à r.l.",
        "Lärche AG",
        "Larix B.V.",
        "Larch plc",
        "Lerke A/S",
        "Larch Pty Ltd",
        "Larch Family Trust",
        "Larch Holdings",
        "Larch Corp",
        "Alerce S.L.",
        "Alerce S.A. de C.V.",
    ],
)
def test_a_legal_form_in_the_name_asks(name: str) -> None:
    assert has_legal_form(name)
    assert business_signs(owner(name)) == (FORM,)


@pytest.mark.parametrize(
    "name",
    [
        "Ada Quill",
        "Maria Sá",
        "João de Sa",
        "MARIA SA",
        "Lea Co",
        "Incarnación Corpas",
        "Vincent Ag",
        "Limor Trusty",
        "J. A. Smith",
        "Se Ri Pak",
        "Anna S. Aigner",
        "李 明",
    ],
)
def test_names_of_people_ask_nothing(name: str) -> None:
    assert business_signs(owner(name)) == ()


@pytest.mark.parametrize("born", [None, "", "  ", 5])
def test_no_birth_date_asks(born: object) -> None:
    assert business_signs(owner(dateOfBirth=born)) == (BIRTH,)


def test_an_ein_is_a_further_sign_and_asks_nothing_alone() -> None:
    assert business_signs(owner(taxIdType="EIN", taxId="12-1234567")) == ()
    assert business_signs(owner("Larch LLC", taxIdType="EIN")) == (FORM, EIN)
    assert business_signs(owner(taxIdType="EIN", dateOfBirth=None)) == (BIRTH, EIN)


def test_an_owner_without_any_data_asks() -> None:
    assert business_signs({"identity": None}) == (BIRTH,)
