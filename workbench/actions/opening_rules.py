"""The rules that the form of a new account must meet, for its dry run: each is enforced by the checks of its fields."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from workbench.domain.account import Field, Form, Kind, Need, check, fields_of
from workbench.domain.account.form import owner_of
from workbench.domain.actions import Blocker, Rule


@dataclass(frozen=True, slots=True)
class FormCase:
    """What the rules of the form look at."""

    form: Form
    today: date


def _rule(words: str, covers: Callable[[Field], bool]) -> Rule[FormCase]:
    """A rule that the checks of the fields it covers enforce."""

    def find_blocker(case: FormCase) -> Blocker | None:
        checked = ((one, check(one, case.form, case.today).error) for one in fields_of(case.form) if covers(one))
        return next((Blocker("faulty", one.label, error) for one, error in checked if error), None)

    return Rule(words, find_blocker)


def _is_required(field: Field) -> bool:
    return field.need is Need.REQUIRED


_TAX_KINDS = frozenset({Kind.TAX_ID_TYPE, Kind.TAX_ID, Kind.TAX_ID_COUNTRY})
_PLACE_KINDS = frozenset({Kind.PHONE, Kind.COUNTRY, Kind.COUNTRIES, Kind.STATE, Kind.POSTAL_CODE})
_TYPED_KINDS = frozenset({Kind.TEXT, Kind.NAME, Kind.ID, Kind.EMAIL, Kind.LONG_TEXT})

FORM_RULES = (
    _rule("The client account id is given.", lambda one: one.path == "clientAccountId"),
    _rule("The type of account is chosen.", lambda one: one.path == "accountType"),
    _rule(
        "The first owner is the primary owner and no other; the others have roles that fit the type of account.",
        lambda one: one.kind is Kind.ROLE,
    ),
    _rule(
        "Investment objective and annual income are given.",
        lambda one: one.path.startswith("investmentProfile.") and _is_required(one),
    ),
    _rule(
        "Each owner has names, a birth date that is not in the future, e-mail, phone, personal and mailing address, "
        "employment with the employer's address, and an agreement with its version.",
        lambda one: (
            owner_of(one.path) is not None and _is_required(one) and one.kind not in {*_TAX_KINDS, Kind.ID, Kind.ROLE}
        ),
    ),
    _rule(
        "Each owner has an owner id if there are several owners or a national id.",
        lambda one: owner_of(one.path) is not None and one.kind is Kind.ID,
    ),
    _rule(
        "People who live or are taxed in the USA have an SSN, ITIN or EIN of nine digits; others a national id with "
        "its country, or none.",
        lambda one: one.kind in _TAX_KINDS,
    ),
    _rule(
        "Phone numbers are in E.164; countries are alpha-3; US states have two letters, US addresses a postal code.",
        lambda one: one.kind in _PLACE_KINDS,
    ),
    _rule(
        "Entities have the eight fields that Bakkt requires.",
        lambda one: one.path.startswith("entity.") and _is_required(one),
    ),
    _rule(
        "No field contains a value that is masked as on our screens, a line break or an invisible character.",
        lambda one: one.kind in _TYPED_KINDS,
    ),
)
