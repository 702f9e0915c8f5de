"""Payloads of the sandbox mutated in every way that Bakkt might, and edits that a person might make."""

import copy
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from workbench.domain.account import Kind
from workbench.domain.updates.contacts import can_hold_contacts, held_contacts
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.sections import UpdateField, content_of
from workbench.sandbox import Sandbox, SandboxOptions

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FLOATS = st.floats(allow_nan=False, allow_infinity=False).map(lambda number: Decimal(repr(number)))
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(10**40), 10**40), FLOATS, TEXT)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=8,
)
STRANGE_NAMES = st.one_of(TEXT, st.sampled_from(["a.b", "a[0]", "taxIdd", "", " ", "naïve", "𝒳"])).map("x{}".format)

ANSWERS = {
    Kind.TEXT: ["1 Main Street", "Łódź", "N° 12"],
    Kind.NAME: ["Zoë", "花子", "O'Hara"],
    Kind.ID: ["owner-77"],
    Kind.EMAIL: ["new.one@example.com"],
    Kind.PHONE: ["+12025550143", "+442079460958"],
    Kind.COUNTRY: ["FRA", "Norway"],
    Kind.STATE: ["GA", "Texas"],
    Kind.POSTAL_CODE: ["30301", "30301-1234"],
    Kind.PAST_DATE: ["2024-02-29"],
    Kind.YES_NO: ["yes", "no"],
    Kind.WHOLE_NUMBER: ["7", "12"],
    Kind.LONG_TEXT: ["You agree.\n\n\tAll of it."],
}


def payloads_of_the_sandbox(accounts: int = 60, seed: int = 11) -> list[dict[str, Any]]:
    """Return the requests of a sandbox's accounts, including entities with several owners."""
    sandbox = Sandbox(SandboxOptions(accounts=accounts, seed=seed))
    try:
        known = sandbox.simulation.accounts.values()
        return [copy.deepcopy(sandbox.simulation.request_of(account)) for account in known]
    finally:
        sandbox.close()


@st.composite
def mutated(draw: st.DrawFn, payloads: list[dict[str, Any]]) -> dict[str, Any]:
    """Draw a payload with unknown fields at any depth and some objects reordered."""
    request: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(payloads)))
    holders = list(_objects(request))
    for _ in range(draw(st.integers(0, 4))):
        holder = draw(st.sampled_from(holders))
        holder.setdefault(draw(STRANGE_NAMES), draw(JUNK))
    for _ in range(draw(st.integers(0, 2))):
        _reorder(draw(st.sampled_from(holders)), draw(st.randoms(use_true_random=False)))
    return request


@st.composite
def edited(draw: st.DrawFn, request: dict[str, Any]) -> UpdateForm:
    """Draw edits of some form fields, changed or emptied; an entity may also lose an owner."""
    form = UpdateForm(request)
    offered = content_of(form).fields
    for one in draw(st.lists(st.sampled_from(offered), min_size=2, max_size=6)):
        form = form.with_typed(one.form_field.path, draw(st.sampled_from(_answers(one))))
    if form.is_entity and form.held_owners > 1 and draw(st.booleans()):
        form = form.with_owner_removed(draw(st.integers(1, form.held_owners - 1)), is_removed=True)
    contacts = held_contacts(request)
    if contacts and draw(st.booleans()):
        form = form.with_contact_removed(draw(st.integers(0, contacts - 1)), is_removed=True)
    if can_hold_contacts(request) and draw(st.booleans()):
        form = form.with_new_contact()
        for name in ("givenName", "familyName"):
            form = form.with_typed(f"trustedContacts[{contacts}].{name}", "Eve")
    return form


def _answers(one: UpdateField) -> list[Any]:
    if one.form_field.kind is Kind.COUNTRIES:
        return [("FRA", "USA"), ()]
    return [*(one.form_field.choices or ANSWERS[one.form_field.kind]), ""]


def _objects(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
    for inner in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _objects(inner)


def _reorder(holder: dict[str, Any], dice: Any) -> None:
    members = list(holder.items())
    dice.shuffle(members)
    holder.clear()
    holder.update(members)
