"""National ids: what they are printed with is read, in whatever signs it was pasted."""

import pytest

from workbench.domain.account.tax_numbers import check_national_id, check_us_tax_id, is_usual_national_id
from workbench.domain.errors import InputError


@pytest.mark.parametrize(
    "printed",
    [
        "A123456(7)",  # Hong Kong
        "1234567(8)",  # Macao
        "12/KAMAYA(N)123456",  # Myanmar
        "010190+123A",  # Finland, born before 1900
        "121212+1212",  # Sweden, older than 100
        "12.345.678-5",  # Chile
        "V-12.345.678",  # Venezuela
        "900101/1234",  # Czechia
        "756.1234.5678.97",  # Switzerland
        "QQ 12 34 56 C",  # the United Kingdom
        "MUÑA800101AB1",  # Mexico
        "A&B010101XX1",
        "12345678 9 ZZ4",  # Portugal
    ],
)
def test_a_national_id_keeps_the_signs_that_it_is_printed_with_but_no_blanks(printed: str) -> None:
    assert check_national_id(printed) == printed.replace(" ", "")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("A123456（7）", "A123456(7)"),
        ("Ａ１２３４５６(７)", "A123456(7)"),
        ("\u200eA123456\u200b(7)\ufeff", "A123456(7)"),
        ("12.345.678\u20115", "12.345.678-5"),
        ("900101⁄1234", "900101/1234"),
        ("QQ\u00a012\u202f34 56 C", "QQ123456C"),
        ("٢٩٠٠١٠١٠١٢٣٤٥٦", "29001010123456"),  # Egypt
        ("१२३४ ५६७८ ९०१२", "123456789012"),  # India
        ("ΑΒ 123456", "AB123456"),  # Greece, from a Greek keyboard
        ("МР1234567", "MP1234567"),  # Belarus, from a Russian keyboard
    ],
)
def test_look_alikes_in_a_national_id_are_read_as_the_plain_signs(typed: str, sent: str) -> None:
    assert check_national_id(typed) == sent


@pytest.mark.parametrize(
    ("typed", "kind", "sent"),
    [
        ("219-09-9881", "SSN", "219099881"),
        ("219 09 9881", "SSN", "219099881"),
        ("912–70–1234", "ITIN", "912701234"),
        ("12-1234567", "EIN", "121234567"),
        ("121234567", "EIN", "121234567"),
    ],
)
def test_a_us_number_is_sent_as_its_digits(typed: str, kind: str, sent: str) -> None:
    assert check_us_tax_id(typed, kind) == sent


@pytest.mark.parametrize("typed", ["", "12*34", "•••• 1234", "XXX-1234", "12\n34"])
def test_what_is_no_national_id_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(InputError) as refused:
        check_national_id(typed)
    assert not typed or typed not in refused.value.message


@pytest.mark.parametrize("typed", ["(", "AB", "12_34", "—— —1234", "12;34"])
def test_a_national_id_with_other_signs_or_without_digits_is_unusual(typed: str) -> None:
    assert not is_usual_national_id(check_national_id(typed))


def test_the_printed_signs_are_usual() -> None:
    assert is_usual_national_id("A123456(7)")
