"""Case, accents, hyphens and British spelling make no difference when matching words."""

import pytest

from workbench.domain.text import contains_phrase, fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Łukasz Żółć", "lukasz zolc"),
        ("SØREN", "soren"),
        ("Đorđe", "dorde"),
        ("Straße", "strasse"),
        ("WEIẞ", "weiss"),
        ("Élodie", "elodie"),
        ("e\u0301lodie", "elodie"),
        ("Æther", "aether"),
        ("佐藤", "佐藤"),
    ],
)
def test_accents_and_case_are_folded(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("BYLAWS of Acme", "bylaws"),
        ("By-Laws", "bylaws"),
        ("bye-laws", "bylaws"),
        ("by laws, signed", "bylaws"),
        ("Operating-Agreement", "operating agreement"),
        ("operating\nagreement", "operating agreement"),
        ("Articles of Association", "articles"),
        ("Opérating Agreement (final)", "operating agreement"),
        ("Org chart", "chart"),
        ("org-charts 2026", "chart"),
        ("Organisational structure", "structure"),
        ("shareholders' registry", "shareholder"),
        ("Shareholder’s list", "shareholder"),
        ("Cap-Table", "cap table"),
        ("Register of Members", "register of members"),
    ],
)
def test_a_phrase_is_found_however_it_is_written(text: str, phrase: str) -> None:
    assert contains_phrase(text, phrase)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Charter of the company", "chart"),
        ("chartered accountant", "chart"),
        ("structured note", "structure"),
        ("infrastructure plan", "structure"),
        ("particles", "articles"),
        ("member register", "register of members"),
        ("operating the agreement", "operating agreement"),
        ("", "chart"),
    ],
)
def test_a_phrase_inside_another_word_is_not_found(text: str, phrase: str) -> None:
    assert not contains_phrase(text, phrase)


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u2011", "\u2013"])
def test_any_hyphen_is_a_hyphen(hyphen: str) -> None:
    assert contains_phrase(f"By{hyphen}laws", "bylaws")
