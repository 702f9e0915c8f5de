"""Checks each answer of the form (GUIDE.md, "Opening an account") and gives the value that is sent."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from workbench.domain.account import choices, fields
from workbench.domain.account.form import Field, Form, Kind, Need, owner_of
from workbench.domain.account.plausible_ids import doubt_about_national_id, doubt_about_us_tax_id
from workbench.domain.account.tax_numbers import check_national_id, check_us_entity_tax_id, check_us_tax_id
from workbench.domain.errors import InputError

ADULT_AGE = 18
MAX_AGE = 120
MAX_YEARS_EMPLOYED = 80
MAX_TAX_BRACKET = 99
_EARLIEST = date(1800, 1, 1)
_NOON = "T12:00:00Z"
"""Bakkt wants a time with the day of a signature: at noon it is the same day from UTC-12 to UTC+11."""
_ID = re.compile(r"[\x21-\x7e]+")

EXPECTED = "Left empty: Bakkt expects it, so it will count as missing data."


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """The result of checking an answer: the ``value`` to send (None: none), a ``error`` or a ``warning``."""

    value: object | None = None
    error: str = ""
    warning: str = ""


def check(field: Field, form: Form, today: date) -> CheckedAnswer:
    """Checks one field of the form, given the others. No message quotes what was typed."""
    try:
        value = _CHECKS[field.kind](field, form, today)
    except InputError as error:
        return CheckedAnswer(error=error.message)
    if value not in (None, "", []):
        return CheckedAnswer(value, warning=_warning(field, form, today, value))
    if not _may_be_empty(field, form) and field.need is Need.REQUIRED:
        return CheckedAnswer(error=fields.REQUIRED)
    return CheckedAnswer(warning=EXPECTED if field.need is Need.EXPECTED else "")


def is_american(form: Form, identity: str) -> bool:
    """Whether the owner lives or is taxed in the USA, which requires a US number."""
    countries = {country_at(form, f"{identity}.{name}") for name in ("personalAddress.country", "taxIdCountry")}
    return fields.USA in countries or form.text(f"{identity}.taxIdType") in choices.US_TAX_ID_TYPES


def country_at(form: Form, path: str) -> str:
    """The answer as alpha-3 ("US" also means USA), or as typed if it names no country."""
    typed = form.text(path)
    try:
        return fields.check_country(typed) if typed else ""
    except InputError:
        return typed


def _may_be_empty(field: Field, form: Form) -> bool:
    """Whether the field may stay empty, given the other answers."""
    holder = field.path.rpartition(".")[0]
    match field.kind:
        case Kind.TAX_ID | Kind.TAX_ID_COUNTRY:
            kind = form.text(f"{holder}.taxIdType")
            return kind in {"", choices.NO_NATIONAL_ID} or (
                field.kind is Kind.TAX_ID_COUNTRY and kind != choices.NATIONAL_ID
            )
        case Kind.STATE | Kind.POSTAL_CODE:
            return country_at(form, f"{holder}.country") != fields.USA
        case Kind.ID:
            return owner_of(field.path) is not None and not _needs_owner_id(field, form)
        case _:
            return False


def _needs_owner_id(field: Field, form: Form) -> bool:
    """Required with several owners or a national id (GUIDE.md)."""
    kind = form.text(f"{field.path.rpartition('.')[0]}.identity.taxIdType")
    return form.owners > 1 or kind == choices.NATIONAL_ID


def _text(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    return fields.check_text(typed, max_length=field.longest) if typed else ""


def _name(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    return fields.check_name(typed) if typed else ""


def _id(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    if not typed:
        return ""
    value = fields.check_text(typed, max_length=field.longest)
    if not _ID.fullmatch(value):
        raise InputError("An id can contain letters A–Z, digits and punctuation, but no spaces.")
    if _is_used_twice(field, form, typed):
        raise InputError("Another owner already has this id: each owner needs a different one.")
    return value


def _is_used_twice(field: Field, form: Form, typed: str) -> bool:
    owner = owner_of(field.path)
    others = (f"owners[{position}].clientOwnerId" for position in range(form.owners) if position != owner)
    return owner is not None and any(form.text(path) == typed for path in others)


def _email(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    return fields.check_email(typed) if typed else ""


def _phone(field: Field, form: Form, _today: date) -> object:
    """A number without a + is read as one from the country of the person or the entity."""
    typed = form.text(field.path)
    holder = field.path.rpartition(".")[0]
    address = "registeredAddress" if holder == "entity" else "identity.personalAddress"
    return fields.check_phone(typed, country_at(form, f"{holder}.{address}.country")) if typed else ""


def _country(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    return fields.check_country(typed) if typed else ""


def _countries(field: Field, form: Form, _today: date) -> object:
    given = form.answers.get(field.path, ())
    codes = [given] if isinstance(given, str) else given
    return [fields.check_country(code) for code in codes if code.strip()]


def _state(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    return fields.check_state(typed, _country_beside(field, form)) if typed else ""


def _postal_code(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    return fields.check_postal_code(typed, _country_beside(field, form)) if typed else ""


def _country_beside(field: Field, form: Form) -> str:
    return country_at(form, f"{field.path.rpartition('.')[0]}.country")


def _birth_date(field: Field, form: Form, today: date) -> object:
    """The person must be an adult; the beneficial owner of a custodial account may be a minor."""
    typed = form.text(field.path)
    if not typed:
        return ""
    day = date.fromisoformat(fields.check_date(typed))
    if day > today:
        raise InputError("This date is in the future.")
    age = years_between(day, today)
    if age > MAX_AGE:
        raise InputError(f"This would mean an age of {age}: check the year.")
    if age < ADULT_AGE and not _may_be_minor(field, form):
        raise InputError(f"{age} years old: an owner in this role must be {ADULT_AGE} or older.")
    return day.isoformat()


def _may_be_minor(field: Field, form: Form) -> bool:
    return form.account_type == choices.AccountType.CUSTODIAL and owner_of(field.path) != 0


def years_between(born: date, today: date) -> int:
    """Whole years of age."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _past_date(field: Field, form: Form, today: date) -> object:
    typed = form.text(field.path)
    if not typed:
        return ""
    if fields.check_date(typed, earliest=_EARLIEST) > today.isoformat():
        raise InputError("This date is in the future.")
    return f"{typed}{_NOON}" if field.path.endswith("eSignedDate") else typed


def _choice(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    if not typed:
        return ""
    if typed == "INDIVIDUAL" and field.path == "accountType" and form.owners > 1:
        raise InputError("An individual account has one owner: remove the others, or choose another account type.")
    return fields.check_choice(typed, field.choices)


def _yes_no(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    return fields.check_choice(typed, (choices.YES, choices.NO)) == choices.YES if typed else ""


def _whole_number(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    largest = MAX_TAX_BRACKET if field.path.endswith("federalTaxBracket") else MAX_YEARS_EMPLOYED
    return fields.check_whole_number(typed, largest=largest) if typed else ""


def _tax_id_type(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    if not typed:
        return ""
    fields.check_choice(typed, field.choices)
    if typed not in choices.US_TAX_ID_TYPES and is_american(form, field.path.rpartition(".")[0]):
        raise InputError("Someone who lives or is taxed in the USA needs an SSN, ITIN or EIN.")
    return typed


def _tax_id(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    kind = form.text(f"{field.path.rpartition('.')[0]}.taxIdType")
    if not typed:
        return ""
    if not kind:
        raise InputError("Choose the type of number first.")
    if kind == choices.NO_NATIONAL_ID:
        raise InputError("You chose that there is no number: delete this, or choose its type.")
    value = check_us_tax_id(typed, kind) if kind in choices.US_TAX_ID_TYPES else check_national_id(typed)
    if _is_of_another_owner(field, form, typed):
        raise InputError("Another owner already has this number.")
    return value


def _is_of_another_owner(field: Field, form: Form, typed: str) -> bool:
    owner = owner_of(field.path)
    paths = (f"owners[{position}].identity.taxId" for position in range(form.owners) if position != owner)
    return any(_plain(form.text(path)) == _plain(typed) for path in paths)


def _plain(number: str) -> str:
    return "".join(sign for sign in number.upper() if sign.isalnum())


def _tax_id_country(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    if not typed:
        return ""
    code = fields.check_country(typed)
    kind = form.text(f"{field.path.rpartition('.')[0]}.taxIdType")
    if kind in choices.US_TAX_ID_TYPES and code != fields.USA:
        raise InputError(f"An {kind} is issued by the USA.")
    if kind == choices.NO_NATIONAL_ID:
        raise InputError("You chose that there is no number: leave this empty, or choose its type.")
    return code


def _entity_tax_id(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    if not typed:
        return ""
    if country_at(form, "entity.registeredAddress.country") == fields.USA:
        return check_us_entity_tax_id(typed)
    return check_national_id(typed)


def _same(field: Field, form: Form, _today: date) -> object:
    return form.text(field.path)


def _warning(field: Field, form: Form, today: date, value: object) -> str:
    if field.kind is Kind.BIRTH_DATE and years_between(date.fromisoformat(form.text(field.path)), today) < ADULT_AGE:
        return "A minor: only correct for the beneficial owner of a custodial account."
    if field.path.endswith("taxIdType") and form.text(field.path) == choices.NO_NATIONAL_ID:
        return "Use this only if the country issues no national id."
    if field.kind is Kind.TAX_ID:
        return _doubt_about_tax_id(field, form, str(value))
    if field.kind is Kind.ENTITY_TAX_ID and country_at(form, "entity.registeredAddress.country") == fields.USA:
        return doubt_about_us_tax_id(str(value), "EIN")
    return ""


def _doubt_about_tax_id(field: Field, form: Form, number: str) -> str:
    identity = field.path.rpartition(".")[0]
    kind = form.text(f"{identity}.taxIdType")
    if kind in choices.US_TAX_ID_TYPES:
        return doubt_about_us_tax_id(number, kind)
    return doubt_about_national_id(number, country_at(form, f"{identity}.taxIdCountry"))


_CHECKS: dict[Kind, Callable[[Field, Form, date], object]] = {
    Kind.TEXT: _text,
    Kind.NAME: _name,
    Kind.ID: _id,
    Kind.EMAIL: _email,
    Kind.PHONE: _phone,
    Kind.COUNTRY: _country,
    Kind.COUNTRIES: _countries,
    Kind.STATE: _state,
    Kind.POSTAL_CODE: _postal_code,
    Kind.BIRTH_DATE: _birth_date,
    Kind.PAST_DATE: _past_date,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no,
    Kind.SAME: _same,
    Kind.WHOLE_NUMBER: _whole_number,
    Kind.TAX_ID_TYPE: _tax_id_type,
    Kind.TAX_ID: _tax_id,
    Kind.TAX_ID_COUNTRY: _tax_id_country,
    Kind.ENTITY_TAX_ID: _entity_tax_id,
}
