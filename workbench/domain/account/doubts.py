"""Rules of thumb for what people type: what is unusual is sent once a person has confirmed it.

Bakkt's own rules, and what nobody can mean, are refused where a field is checked (``checks``).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from workbench.domain.account import choices, fields
from workbench.domain.account.form import Field, Form, Kind, country_at, owner_of
from workbench.domain.account.names import NO_GIVEN_NAME, is_no_name
from workbench.domain.account.plausible_ids import doubt_about_national_id, doubt_about_us_tax_id
from workbench.domain.account.roles import is_unusual_role
from workbench.domain.account.tax_numbers import is_usual_national_id
from workbench.domain.signs import latin_letters, plain_signs

ADULT_AGE = 18
MAX_AGE = 120
MAX_YEARS_EMPLOYED = 80
MAX_TAX_BRACKET = 99
_EARLIEST = date(1800, 1, 1)
_ID = re.compile(r"[\x21-\x7e]+")
_LINES = frozenset({Kind.TEXT, Kind.NAME, Kind.ID, Kind.EMAIL, Kind.STATE, Kind.POSTAL_CODE})


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that is unusual about an answer: ``short`` for the action's record, ``words`` for the form.

    Neither has anything of the answer.
    """

    short: str
    words: str


LONG = Doubt("unusually long", "This is unusually long: check that nothing else was pasted with it.")
LIKE_A_MASK = Doubt("looks masked", "This looks like a masked value: check that it is the full one.")
SYMBOL = Doubt("emoji or symbol", "This has an emoji or a symbol: check that it belongs here.")
DIGITS = Doubt("digits in a name", "This name has digits: check it with the customer.")
NO_NAME = Doubt(
    "no name",
    f"This is no name. For a person with one name, type {NO_GIVEN_NAME} as the given name and the name as the "
    "family name.",
)
NO_MIDDLE_NAME = Doubt("no name", "This is no name: leave it empty if there is no middle name.")
UNUSUAL_ID = Doubt("unusual id", "An id usually contains letters A–Z, digits and punctuation, but no spaces.")
UNKNOWN_PHONE = Doubt(
    "phone number of no known range",
    "No phone number in that country is known to begin like this. Check it with the customer: it may be a new one.",
)
UNUSUAL_ZIP = Doubt("unusual US postal code", "A US postal code usually has five digits (30301) or nine (30301-1234).")
OLD = Doubt(f"over {MAX_AGE} years old", f"This would mean an age of more than {MAX_AGE}: check the year.")
MINOR = Doubt(
    f"under {ADULT_AGE} years old",
    f"Under {ADULT_AGE} years old: an owner in this role is usually {ADULT_AGE} or older.",
)
EARLY = Doubt(f"before {_EARLIEST.year}", f"This is before {_EARLIEST.year}: check the year.")
FUTURE = Doubt("in the future", "This date is in the future where you are: check it.")
LARGE = Doubt("unusually large", "This is an unusually large number: check it.")
SHARED_NUMBER = Doubt("number of another owner", "Another owner already has this number: check both.")
UNUSUAL_NUMBER = Doubt(
    "unusual national id",
    "A national id usually has digits, and otherwise only letters A–Z and Ñ, spaces and the signs - . / ( ) + &",
)
OTHER_ROLE = Doubt(
    "another role than BENEFICIAL_OWNER",
    "Bakkt's guide asks for BENEFICIAL_OWNER for every owner of an entity after the first: it may refuse this role.",
)
CHECK_DIGITS = "format or check digits do not match"


def doubts_about(field: Field, form: Form, today: date, value: object) -> tuple[Doubt, ...]:
    """What is unusual about a checked answer; ``value`` is what would be sent."""
    found = [*_doubts_about_line(field, str(value))] if field.kind in _LINES else []
    by_kind = _BY_KIND.get(field.kind)
    return tuple([*found, *by_kind(field, form, today, str(value))] if by_kind else found)


def years_between(born: date, today: date) -> int:
    """Whole years of age."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def may_be_minor(field: Field, form: Form) -> bool:
    """A minor owner may be one, and so may the beneficial owner of a custodial account."""
    position = owner_of(field.path)
    is_minor_owner = form.text(f"owners[{position}].role") == choices.PartyRelationType.MINOR_OWNER
    return is_minor_owner or (form.account_type == choices.AccountType.CUSTODIAL and position != 0)


def _doubts_about_line(field: Field, value: str) -> Iterator[Doubt]:
    if len(value) > (fields.MAX_NAME_LENGTH if field.kind is Kind.NAME else field.longest):
        yield LONG
    if fields.looks_masked(value):
        yield LIKE_A_MASK
    if fields.has_symbol(value):
        yield SYMBOL


def _doubts_about_name(field: Field, _form: Form, _today: date, value: str) -> Iterator[Doubt]:
    is_given_name = field.path.endswith("givenName")
    if any(map(str.isdigit, value)):
        yield DIGITS
    if is_no_name(value) and not (is_given_name and value.upper() == NO_GIVEN_NAME):
        yield NO_MIDDLE_NAME if field.path.endswith("middleNames") else NO_NAME


def _doubts_about_id(_field: Field, _form: Form, _today: date, value: str) -> Iterator[Doubt]:
    if not _ID.fullmatch(value):
        yield UNUSUAL_ID


def _doubts_about_phone(_field: Field, _form: Form, _today: date, value: str) -> Iterator[Doubt]:
    if not fields.is_known_phone(value):
        yield UNKNOWN_PHONE


def _doubts_about_postal_code(field: Field, form: Form, _today: date, value: str) -> Iterator[Doubt]:
    if country_at(form, f"{field.path.rpartition('.')[0]}.country") == fields.USA and not fields.is_zip_code(value):
        yield UNUSUAL_ZIP


def _doubts_about_birth_date(field: Field, form: Form, today: date, value: str) -> Iterator[Doubt]:
    age = years_between(date.fromisoformat(value), today)
    if age > MAX_AGE:
        yield OLD
    if age < ADULT_AGE and not may_be_minor(field, form):
        yield MINOR


def _doubts_about_past_date(_field: Field, _form: Form, today: date, value: str) -> Iterator[Doubt]:
    day = date.fromisoformat(value[:10])
    if day < _EARLIEST:
        yield EARLY
    if day > today:
        yield FUTURE


def _doubts_about_whole_number(field: Field, _form: Form, _today: date, value: str) -> Iterator[Doubt]:
    if int(value) > (MAX_TAX_BRACKET if field.path.endswith("federalTaxBracket") else MAX_YEARS_EMPLOYED):
        yield LARGE


def _doubts_about_role(field: Field, form: Form, _today: date, value: str) -> Iterator[Doubt]:
    if is_unusual_role(value, form.account_type, owner_of(field.path) or 0):
        yield OTHER_ROLE


def _doubts_about_tax_id(field: Field, form: Form, _today: date, value: str) -> Iterator[Doubt]:
    identity = field.path.rpartition(".")[0]
    kind = form.text(f"{identity}.taxIdType")
    if kind in choices.US_TAX_ID_TYPES:
        yield from _check_digits(doubt_about_us_tax_id(value, kind))
    else:
        yield from _doubts_about_national_id(value, country_at(form, f"{identity}.taxIdCountry"))
    if _is_of_another_owner(field, form, value):
        yield SHARED_NUMBER


def _doubts_about_entity_tax_id(_field: Field, form: Form, _today: date, value: str) -> Iterator[Doubt]:
    if country_at(form, "entity.registeredAddress.country") == fields.USA:
        yield from _check_digits(doubt_about_us_tax_id(value, "EIN"))
    else:
        yield from _doubts_about_national_id(value, "")


def _doubts_about_national_id(number: str, country: str) -> Iterator[Doubt]:
    if not is_usual_national_id(number):
        yield UNUSUAL_NUMBER
    yield from _check_digits(doubt_about_national_id(number, country))


def _check_digits(words: str) -> Iterator[Doubt]:
    if words:
        yield Doubt(CHECK_DIGITS, words)


def _is_of_another_owner(field: Field, form: Form, number: str) -> bool:
    owner = owner_of(field.path)
    paths = (f"owners[{position}].identity.taxId" for position in range(form.owners) if position != owner)
    return any(_plain(form.text(path)) == _plain(number) for path in paths)


def _plain(number: str) -> str:
    return "".join(filter(str.isalnum, latin_letters(plain_signs(number).upper())))


_BY_KIND: dict[Kind, Callable[[Field, Form, date, str], Iterator[Doubt]]] = {
    Kind.NAME: _doubts_about_name,
    Kind.ID: _doubts_about_id,
    Kind.PHONE: _doubts_about_phone,
    Kind.POSTAL_CODE: _doubts_about_postal_code,
    Kind.BIRTH_DATE: _doubts_about_birth_date,
    Kind.PAST_DATE: _doubts_about_past_date,
    Kind.WHOLE_NUMBER: _doubts_about_whole_number,
    Kind.TAX_ID: _doubts_about_tax_id,
    Kind.ENTITY_TAX_ID: _doubts_about_entity_tax_id,
    Kind.ROLE: _doubts_about_role,
}
