"""Signs that look alike are one sign, wherever a person types or searches."""

import sys
import unicodedata

import pytest

from workbench.domain.signs import latin_letters, plain_signs
from workbench.domain.text import bare_id, fold, search_term, searched_text

PLAIN = {
    "O’Brien": "O'Brien",
    "O‘Brien": "O'Brien",
    "OʼBrien": "O'Brien",
    "O′Brien": "O'Brien",
    "O´Brien": "O'Brien",
    "O`Brien": "O'Brien",
    "O＇Brien": "O'Brien",
    "“Acme” «Ltd»": '"Acme" "Ltd"',
    "Smith\u2011Jones": "Smith-Jones",
    "Smith\u2010Jones": "Smith-Jones",
    "Smith–Jones": "Smith-Jones",
    "12−34": "12-34",
    "12⁻34": "12-34",
    "12﹣34": "12-34",
    "Ann\u00a0Lee": "Ann Lee",
    "Ann\u202fLee": "Ann Lee",
    "Ann\u3000Lee": "Ann Lee",
    "An\u200bn\u2060 L\u00adee\ufeff": "Ann Lee",
    "\u202a+1\u202c\u200e": "+1",
    "１２３": "123",
    "٠١٢٣٤٥٦٧٨٩": "0123456789",
    "۰۱۲۳۴۵۶۷۸۹": "0123456789",
    "०१२": "012",
    "𝟏𝟐𝟑": "123",
    "＋４４（２０）": "+44(20)",
    "A／B⁄C∕D": "A/B/C/D",
    "１．５。６": "1.5.6",
    "03ー1234": "03-1234",
    "ﬁnance": "finance",
    "Zoë Müller": "Zoë Müller",
    "Zoe\u0308": "Zoë",
    "スーパー": "スーパー",
}


@pytest.mark.parametrize("typed", PLAIN)
def test_a_look_alike_is_read_as_the_plain_sign(typed: str) -> None:
    assert plain_signs(typed) == PLAIN[typed]


def test_every_dash_blank_and_digit_of_unicode_is_a_plain_one() -> None:
    plain = {"Pd": set("-"), "Zs": set(" "), "Nd": set("0123456789")}
    for sign in map(chr, range(sys.maxunicode)):
        wanted = plain.get(unicodedata.category(sign))
        assert wanted is None or plain_signs(sign) in wanted, hex(ord(sign))


def test_what_was_made_plain_stays_as_it_is() -> None:
    every_sign = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x30000)]))
    once = plain_signs(every_sign)
    assert plain_signs(once) == once


@pytest.mark.parametrize("greek", ["ΑΒ 123456", "АВ 123456"])
def test_greek_and_cyrillic_capitals_are_read_as_the_latin_ones_that_they_look_like(greek: str) -> None:
    assert latin_letters(greek) == "AB 123456"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("STRASSE", "straße"),
        ("İstanbul", "ISTANBUL"),
        ("ısparta", "Isparta"),
        ("ΣΊΣΥΦΟΣ", "Σισυφος"),
        ("Ħal Għaxaq", "hal ghaxaq"),
        ("علي كريم", "علی کریم"),
        ("محـــمد", "محمد"),
        ("Ångström", "angstro\u0308m"),
        ("Ångström", "Å" + "ngstrom"),
    ],
)
def test_spellings_of_one_word_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("O’Brien", "obrien"),
        ("Ångström, Zoë", "angstrom zoe"),
        ("J.P.  Morgan (Jersey) Ltd.", "jp morgan jersey ltd"),
        ("Smith & Jones / Partners", "smith jones partners"),
        ("ACC-10/3_a", "acc10 3_a"),
        ("...", "..."),
        (" ", ""),
    ],
)
def test_punctuation_is_no_part_of_what_is_searched(written: str, searched: str) -> None:
    assert searched_text(written) == searched


def test_a_term_keeps_where_its_words_may_be_joined_or_apart() -> None:
    assert search_term("Smith–Jones, 'Ann'") == "smith‧jones ann"
    assert search_term("--") == "--"


def test_an_id_has_no_blanks_around_it_not_even_unseen_ones() -> None:
    assert bare_id("\u200e\u202fACC-1\u200b \u202c") == "ACC-1"
