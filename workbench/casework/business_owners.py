"""Owners that may be businesses, of an account or of a draft, each with what a person answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from workbench.actions.drafts import Draft
from workbench.actions.performing import Actions
from workbench.casework.kyb_records import read_owner_facts, record_owner_facts
from workbench.domain.account import body_of
from workbench.domain.kyb.business_owners import business_signs
from workbench.domain.kyb.owner_facts import NOTHING_RECORDED, OwnerFacts
from workbench.domain.payload import Payload, object_of, objects_of, trimmed_text_of
from workbench.store import Attribution, Store


@dataclass(frozen=True, slots=True)
class BusinessQuestion:
    """Whether this owner is a business: why to ask, and the answer; None: not answered yet."""

    client_owner_id: str
    number: int
    name: str = field(repr=False)
    signs: tuple[str, ...]
    answer: bool | None

    @property
    def reason(self) -> str:
        """ "The name holds a legal form, and the tax ID is an EIN." """
        words = ", and ".join(self.signs)
        return f"{words[:1].upper()}{words[1:]}."


def business_questions(request: Payload, answers: Mapping[str, bool | None]) -> tuple[BusinessQuestion, ...]:
    """The owners of whom to ask it or who were said to be businesses, in the payload's order."""
    asked = (
        _question(number, owner, answers.get(trimmed_text_of(owner.get("clientOwnerId"))))
        for number, owner in enumerate(objects_of(request.get("owners")), 1)
    )
    return tuple(one for one in asked if one.signs or one.answer)


def _question(number: int, owner: Payload, answer: bool | None) -> BusinessQuestion:
    identity = object_of(owner.get("identity"))
    name = " ".join(filter(None, (trimmed_text_of(identity.get(part)) for part in ("givenName", "familyName"))))
    owner_id = trimmed_text_of(owner.get("clientOwnerId"))
    return BusinessQuestion(owner_id, number, name or f"Owner {number}", business_signs(owner), answer)


def questions_of_account(store: Store, client_account_id: str, request: Payload) -> tuple[BusinessQuestion, ...]:
    recorded = read_owner_facts(store.read_rows, client_account_id)
    return business_questions(request, {owner_id: facts.is_business for owner_id, facts in recorded.items()})


def questions_of_draft(actions: Actions, draft: Draft) -> tuple[BusinessQuestion, ...]:
    """Of an entity's draft; a person's own account has no owner to ask about."""
    if not draft.form.is_entity:
        return ()
    return business_questions(body_of(draft.form, actions.now().date()), draft.businesses)


def answer_question(actions: Actions, client_account_id: str, client_owner_id: str, *, is_business: bool) -> bool:
    """Records whether an owner of an account is a business. Raises InputError."""
    known = read_owner_facts(actions.store.read_rows, client_account_id).get(client_owner_id, NOTHING_RECORDED)
    return record_owner_facts(actions, client_account_id, client_owner_id, replace(known, is_business=is_business))


def keep_answers_of_draft(actions: Actions, draft: Draft) -> None:
    """Records the answers of a draft for its account, now that it is open, so that nobody is asked twice."""
    recorded = Attribution(draft.form.client_account_id, actions.actor, "")
    for client_owner_id, is_business in draft.businesses.items():
        facts = OwnerFacts(is_business=is_business)
        actions.store.land_owner_facts(recorded, client_owner_id, facts, actions.now())


def facts_of_draft(draft: Draft) -> dict[str, OwnerFacts]:
    return {owner_id: OwnerFacts(is_business=is_business) for owner_id, is_business in draft.businesses.items()}
