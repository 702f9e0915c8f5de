"""Checks each answer of the form (GUIDE.md, "Opening an account") and gives the value that is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from workbench.domain.account import choices, fields
from workbench.domain.account.doubts import ADULT_AGE, Doubt, doubts_about, may_be_minor, years_between
from workbench.domain.account.form import Field, Form, Kind, Need, country_at, owner_of
from workbench.domain.account.tax_numbers import check_national_id, check_us_tax_id
from workbench.domain.errors import InputError

_NOON = "T12:00:00Z"
"""Bakkt wants a time with the day of a signature: at noon it is the same day from UTC-12 to UTC+11."""

EXPECTED = "Left empty: Bakkt expects it, so it will count as missing data."


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """The result of checking an answer: the ``value`` to send (None: none), an ``error`` or a ``warning``.

    A value with ``doubts`` is sent once a person has confirmed it.
    """

    value: object | None = None
    error: str = ""
    warning: str = ""
    doubts: tuple[Doubt, ...] = ()

    @property
    def caution(self) -> str:
        """The warning and the doubts in words; empty without any."""
        return " ".join(filter(None, (self.warning, *(doubt.words for doubt in self.doubts))))


def check(field: Field, form: Form, today: date) -> CheckedAnswer:
    """Checks one field of the form, given the others. No message quotes what was typed."""
    try:
        value = _CHECKS[field.kind](field, form, today)
    except InputError as error:
        return CheckedAnswer(error=error.message)
    if value not in (None, "", []):
        doubts = doubts_about(field, form, today, value)
        return CheckedAnswer(value, warning=_warning(field, form, today, value), doubts=doubts)
    if not _may_be_empty(field, form) and field.need is Need.REQUIRED:
        return CheckedAnswer(error=fields.REQUIRED)
    return CheckedAnswer(warning=EXPECTED if field.need is Need.EXPECTED else "")


def is_american(form: Form, identity: str) -> bool:
    """Whether the owner lives or is taxed in the USA, which requires a US number."""
    countries = {country_at(form, f"{identity}.{name}") for name in ("personalAddress.country", "taxIdCountry")}
    return fields.USA in countries or form.text(f"{identity}.taxIdType") in choices.US_TAX_ID_TYPES


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
    return fields.check_text(typed, max_length=field.limit) if typed else ""


def _long_text(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    return fields.check_long_text(typed, max_length=field.limit) if typed else ""


def _id(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    if not typed:
        return ""
    value = fields.check_text(typed)
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
    typed = form.text(field.path)
    if not typed:
        return ""
    day = fields.check_date(typed)
    if day > today.isoformat():
        raise InputError("This date is in the future.")
    return day


def _past_date(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    if not typed:
        return ""
    day = fields.check_date(typed)
    return f"{day}{_NOON}" if field.path.endswith("eSignedDate") else day


def _choice(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    if not typed:
        return ""
    return fields.check_choice(typed, field.choices)


def _role(field: Field, form: Form, _today: date) -> object:
    role = form.text(field.path) or field.default
    if role and role not in field.choices:
        raise InputError("This role does not fit here: choose one from the list.")
    return role


def _yes_no(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    return fields.check_choice(typed, (choices.YES, choices.NO)) == choices.YES if typed else ""


def _whole_number(field: Field, form: Form, _today: date) -> object:
    typed = form.text(field.path)
    return fields.check_whole_number(typed) if typed else ""


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
    return check_us_tax_id(typed, kind) if kind in choices.US_TAX_ID_TYPES else check_national_id(typed)


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
        return check_us_tax_id(typed, choices.TaxIdType.EIN)
    return check_national_id(typed)


def _same(field: Field, form: Form, _today: date) -> object:
    return form.text(field.path)


def _warning(field: Field, form: Form, today: date, value: object) -> str:
    if field.kind is Kind.BIRTH_DATE and may_be_minor(field, form) and _is_minor(str(value), today):
        return "A minor: only correct for a minor owner, or for the beneficial owner of a custodial account."
    if field.path.endswith("taxIdType") and form.text(field.path) == choices.NO_NATIONAL_ID:
        return "Use this only if the country issues no national id."
    return ""


def _is_minor(born: str, today: date) -> bool:
    return years_between(date.fromisoformat(born), today) < ADULT_AGE


_CHECKS: dict[Kind, Callable[[Field, Form, date], object]] = {
    Kind.TEXT: _text,
    Kind.NAME: _text,
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
    Kind.ROLE: _role,
    Kind.LONG_TEXT: _long_text,
}
