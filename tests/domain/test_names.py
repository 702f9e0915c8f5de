"""Names that stand for no name, and the name that a message greets."""

import pytest

from workbench.domain.account.names import is_no_name, name_to_greet

NO_NAMES = [
    *("FNU", "fnu", " Fnu ", "F.N.U.", "(FNU)", "ＦＮＵ", "LNU", "NFN", "NLN", "NMN", "NGN"),
    *(".", "-", "–", "--", "...", "*", "?", "0", "No Name", "No First Name", "no given name", "Unknown"),
    *("First name unknown", "Unknown first name", "N/A", "n / a", "N.A.", "NONE", "NULL", "N.N.", "XXX"),
]
NAMES = [
    "Ada",
    "Na",
    "Nil",
    "Li",
    "O",
    "Ng",
    "Fu",
    "Nunn",
    "Noname Khan",
    "Xx",
    "محمد",
    "花子",
    "สมชาย",
    "Łu",
    "\U00031350",
]


@pytest.mark.parametrize("text", NO_NAMES)
def test_what_stands_for_no_name_is_none(text: str) -> None:
    assert is_no_name(text)
    assert name_to_greet(text) == ""


@pytest.mark.parametrize("name", NAMES)
def test_short_and_unusual_names_are_names(name: str) -> None:
    assert not is_no_name(name)
    assert name_to_greet(name) == name


@pytest.mark.parametrize(
    ("given", "greeted"), [("FNU Suharto", "Suharto"), ("Suharto (LNU)", "Suharto"), ("  Ann  Lee ", "Ann Lee")]
)
def test_only_the_name_itself_is_greeted(given: str, greeted: str) -> None:
    assert name_to_greet(given) == greeted


@pytest.mark.parametrize("absent", [None, "", "  "])
def test_without_a_name_nobody_is_greeted(absent: str | None) -> None:
    assert name_to_greet(absent) == ""
