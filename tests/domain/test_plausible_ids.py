"""Numbers that do not look right for their country."""

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import get_cc_module

from workbench.domain.account.plausible_ids import (
    NATIONAL_IDS,
    US_KINDS,
    doubt_about_national_id,
    doubt_about_us_tax_id,
)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("536-90-4399", "SSN"),
        ("536904399", "SSN"),
        ("912-90-3456", "ITIN"),
        ("91-1144442", "EIN"),
        ("66-1234567", "EIN"),
    ],
)
def test_a_us_number_of_its_kind_raises_no_doubt(number: str, kind: str) -> None:
    assert doubt_about_us_tax_id(number, kind) == ""


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        ("078-05-1120", "SSN", "This does not look like a US Social Security number (SSN)"),
        ("912-65-3456", "SSN", "This does not look like a US Social Security number (SSN)"),
        ("123-45-6789", "ITIN", "This does not look like a US taxpayer number (ITIN)"),
        ("07-1144442", "EIN", "This does not look like a US employer number (EIN)"),
    ],
)
def test_an_unlikely_us_number_is_doubted_in_words(number: str, kind: str, words: str) -> None:
    assert doubt_about_us_tax_id(number, kind).startswith(words)


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("DEU", "36 574 261 809"),
        ("DEU", "36574261809"),
        ("ESP", "54362315K"),
        ("ESP", "X-5253868-R"),
        ("FRA", "2 95 10 99 126 111 93"),
        ("ITA", "RCCMNL83S18D969H"),
        ("NLD", "1112.22.333"),
        ("POL", "44051401359"),
        ("SWE", "811228-9874"),
        ("SWE", "19811228-9874"),
        ("FIN", "131052-308T"),
        ("MEX", "BOXW310820HNERXN09"),
        ("BRA", "390.533.447-05"),
        ("CAN", "123-456-782"),
        ("CZE", "710319/2745"),
    ],
)
def test_a_national_id_with_right_check_digits_raises_no_doubt(country: str, number: str) -> None:
    assert doubt_about_national_id(number, country) == ""


@pytest.mark.parametrize(
    ("country", "number", "name"),
    [
        ("DEU", "36574261890", "Germany"),
        ("ESP", "54362315Z", "Spain"),
        ("ITA", "RCCMNL83S18D969A", "Italy"),
        ("POL", "44051401358", "Poland"),
        ("BRA", "390.533.447-06", "Brazil"),
        ("CAN", "999-999-999", "Canada"),
    ],
)
def test_a_national_id_with_wrong_check_digits_is_doubted(country: str, number: str, name: str) -> None:
    doubt = doubt_about_national_id(number, country)
    assert doubt == (
        f"This does not look like a national id of {name}: its format or check digits do not match. "
        "Check it with the customer."
    )


@pytest.mark.parametrize("country", ["GBR", "JPN", "ARE", "", "no country"])
def test_where_not_all_kinds_of_number_are_known_there_is_no_doubt(country: str) -> None:
    assert doubt_about_national_id("QQ123456C", country) == ""


@pytest.mark.parametrize(("country", "names"), NATIONAL_IDS.items(), ids=list(NATIONAL_IDS))
def test_every_number_of_the_table_is_one_that_the_library_knows(country: str, names: tuple[str, ...]) -> None:
    found = pycountry.countries.get(alpha_3=country)
    assert found is not None
    assert all(get_cc_module(found.alpha_2, name) is not None for name in names)


@given(st.text("0123456789ABCXYZ -./", min_size=1, max_size=50), st.sampled_from(sorted(NATIONAL_IDS)))
def test_a_doubt_about_any_number_is_one_sentence_without_it(number: str, country: str) -> None:
    doubt = doubt_about_national_id(number, country)
    assert doubt in {"", doubt_about_national_id("A", country)}


@given(st.text("0123456789-", min_size=1, max_size=11), st.sampled_from(sorted(US_KINDS)))
def test_a_doubt_about_any_us_number_is_one_sentence_without_it(number: str, kind: str) -> None:
    assert doubt_about_us_tax_id(number, kind) in {"", doubt_about_us_tax_id("A", kind)}
