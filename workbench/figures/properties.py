"""The properties by which queries tell accounts apart: what they and their values are called, and the values' codes."""

from datetime import date
from hashlib import sha256

from workbench.domain.account.choices import AccountType
from workbench.domain.account.places import country_name, country_names, us_state_name
from workbench.domain.words import code_word, ordinal

PROPERTY_WORDS = {
    "account_type": "account type",
    "country": "country",
    "state": "state of residence",
    "entry_month": "month opened",
    "migrated": "migrated or new",
    "completed_link": "first link completed",
}
"""The properties of ``funnel/breakdown`` and ``explore/measure``, by their codes, for the middle of a sentence."""
UNKNOWN = "unknown"
"""The code of accounts without the property."""
OTHERS = "other"
"""The code of accounts whose value is none of the most frequent."""
_DIGITS = 8


def value_words(by: str, value: str | None) -> str:
    """A value of a property in words; None where it is not known."""
    if value is None:
        return "Not known"
    match by:
        case "account_type":
            return code_word(value)
        case "country":
            return country_name(value)
        case "state":
            country, _, state = value.partition("-")
            return us_state_name(state) if country == "USA" else f"{state}, {country_name(country)}"
        case "entry_month":
            return f"{date.fromisoformat(f'{value}-01'):%b %Y}"
        case "completed_link":
            return "No link completed" if value == "none" else f"{ordinal(int(value))} link"
    return code_word(value)


def code_of_value(by: str, value: str | None) -> str:
    """A value as an address has it: itself if it is of a list that everybody knows, else a few digits made from it.

    A country or state is free text at Bakkt, where a person may have put anything: in an address it cannot be read,
    only guessed, as the same text has the same digits.
    """
    if value is None:
        return UNKNOWN
    if _is_listed(by, value):
        return value
    return digits_of(value)


def digits_of(text: str) -> str:
    """A few digits made from a text, which stand for it where it may not be read."""
    return f"x{sha256(text.encode()).hexdigest()[:_DIGITS]}"


def _is_listed(by: str, value: str) -> bool:
    match by:
        case "account_type":
            return value in set(AccountType)
        case "country":
            return value in country_names()
        case "state":
            country, _, state = value.partition("-")
            return country == "USA" and us_state_name(state) != state
    return True
