"""Numbers that were typed in one way and are sent in another, in words for the review."""

from collections.abc import Iterable, Iterator
from datetime import date

from workbench.domain.account import choices
from workbench.domain.account.checks import check
from workbench.domain.account.fields import USA
from workbench.domain.account.form import Field, Form, Kind, country_at

_NUMBERS = frozenset({Kind.PHONE, Kind.TAX_ID, Kind.ENTITY_TAX_ID})


def numbers_sent_otherwise(fields: Iterable[Field], form: Form, today: date) -> Iterator[tuple[Field, str]]:
    """The fields whose number is not sent as it was typed, and how it is sent.

    A phone is named in full, an identity number by its form alone.
    """
    for one in fields:
        sent = check(one, form, today).value if one.kind in _NUMBERS else None
        if sent is not None and sent != form.text(one.path):
            yield one, _words(one, form, str(sent))


def _words(one: Field, form: Form, sent: str) -> str:
    if one.kind is Kind.PHONE:
        return f"sent as {sent}"
    return "sent as its nine digits" if _is_american(one, form) else "sent without blanks, in plain signs"


def _is_american(one: Field, form: Form) -> bool:
    if one.kind is Kind.ENTITY_TAX_ID:
        return country_at(form, "entity.registeredAddress.country") == USA
    return form.text(f"{one.path.rpartition('.')[0]}.taxIdType") in choices.US_TAX_ID_TYPES
