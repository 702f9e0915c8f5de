"""Generates the seeded population, reproducible from the seed, size and creation time."""

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from workbench.sandbox.accounts.people import LANDS
from workbench.sandbox.accounts.state import AccountState, Delivery, OwnerPlan
from workbench.sandbox.population.fates import (
    ALL_FATES,
    ARRIVED,
    ENTITY_FATE_NAMES,
    ENTITY_FATES,
    INDIVIDUAL_FATES,
    Fate,
)
from workbench.sandbox.population.story import Story

_ENTITY_SHARE = 0.15
_COMPANY_KINDS = ("CORPORATE", "PARTNERSHIP", "LLC", "LIMITED_PARTNERSHIP")
_AWKWARD_IDS = ("ACC {}", "ACC/{}", "ACC-é-{}", "acc {}/1 é")


@dataclass(slots=True)
class Population:
    """Accounts by client account id, in the order of generation, and their past events."""

    accounts: dict[str, AccountState] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)


def draw_population(count: int, seed: int, now: datetime, speed: float) -> Population:
    population = Population()
    fates = _draw_fates(count, seed)
    numbers = random.Random(f"{seed}:numbers").sample(range(200_000, 1_000_000 + 10 * count), count)
    for index, (fate, number) in enumerate(zip(fates, numbers, strict=True)):
        account, deliveries = _draw_account(index, _client_account_id(index, number), fate, seed, now, speed)
        population.accounts[account.client_account_id] = account
        population.deliveries += deliveries
    return population


def draw_arrival(index: int, seed: int, now: datetime, speed: float) -> AccountState:
    """Return an account that a new customer opens now; ``index`` continues from the seeded population."""
    account, _ = _draw_account(index, f"NEW-{index}", ARRIVED, seed, now, speed)
    return account


def _draw_fates(count: int, seed: int) -> list[Fate]:
    """Return each scenario once as far as the count allows, then more by weight, in random order."""
    rng = random.Random(f"{seed}:fates")
    fates = list(ALL_FATES[:count])
    individual_weights = [fate.weight for fate in INDIVIDUAL_FATES]
    entity_weights = [fate.weight for fate in ENTITY_FATES]
    wanted_entities = round(count * _ENTITY_SHARE)
    free_entities = max(0, wanted_entities - sum(fate.name in ENTITY_FATE_NAMES for fate in fates))
    free = count - len(fates)
    free_entities = min(free, free_entities)
    fates += rng.choices(ENTITY_FATES, entity_weights, k=free_entities)
    fates += rng.choices(INDIVIDUAL_FATES, individual_weights, k=free - free_entities)
    rng.shuffle(fates)
    return fates


def _client_account_id(index: int, number: int) -> str:
    """Return a mostly plain id; a few need percent-encoding in a path."""
    is_awkward = index % 97 in (5, 6, 7, 8) and index < 1000
    return _AWKWARD_IDS[index % 97 - 5].format(number) if is_awkward else f"ACC-{number}"


def _draw_account(
    index: int, client_account_id: str, fate: Fate, seed: int, now: datetime, speed: float
) -> tuple[AccountState, list[Delivery]]:
    rng = random.Random(f"{seed}:{index}:story")
    is_entity = fate.name in ENTITY_FATE_NAMES
    account = AccountState(
        client_account_id=client_account_id,
        bakkt_id=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        created_at=now,
        account_type=_account_type(rng, is_entity),
        is_entity=is_entity,
        seeded_index=index,
        request_status=rng.choice(("PENDING", "IN_PROGRESS", "ACCEPTED")) if is_entity else "COMPLETE",
        cip_clearance=rng.choice(("PENDING", "IN_PROGRESS", "ACCEPTED", "INDETERMINATE", "REJECTED", "FAILED")),
        settlement=rng.choice(("NET_SETTLEMENT", "NET_SETTLEMENT", "BAKKT_TPJ", "NO_SETTLEMENT")),
        standing="kyb_documents" if is_entity else "submitted",
    )
    account.entity_kind = _entity_kind(rng, account) if is_entity else None
    account.owners = _owners(rng, account, client_account_id)
    story = Story(account, rng, now, speed)
    fate.tell(story)
    if not is_entity:
        story.identity_papers()
    if account.request_status == "COMPLETE" and rng.random() < 0.02:
        account.pending_update_ids = [str(uuid.UUID(int=rng.getrandbits(128), version=4))]
    return account, story.deliveries


def _account_type(rng: random.Random, is_entity: bool) -> str | None:
    if rng.random() < 0.01:
        return None
    if not is_entity:
        return "INDIVIDUAL"
    return rng.choices(("ENTITY", "ENTITY_PERSONAL_TRUST", "CUSTODIAL"), (60, 28, 12))[0]


def _entity_kind(rng: random.Random, account: AccountState) -> str:
    return "TRUST" if account.is_trust else rng.choice(_COMPANY_KINDS)


def _owners(rng: random.Random, account: AccountState, client_account_id: str) -> list[OwnerPlan]:
    locale = rng.choices(LANDS, [land.weight for land in LANDS])[0].locale
    if account.is_entity:
        count = rng.choices((1, 2, 3, 4), (35, 35, 20, 10))[0]
        roles = ["PRIMARY_OWNER", *["BENEFICIAL_OWNER"] * (count - 1)]
    else:
        roles = ["PRIMARY_OWNER", "JOINT_OWNER"] if rng.random() < 0.03 else ["PRIMARY_OWNER"]
    needs_id = account.is_entity or len(roles) > 1 or locale != "en_US"
    has_id = needs_id or rng.random() < 0.5
    return [
        OwnerPlan(f"{client_account_id}-owner-{place}" if has_id else None, role, _locale_of(rng, locale, place))
        for place, role in enumerate(roles, start=1)
    ]


def _locale_of(rng: random.Random, locale: str, place: int) -> str:
    is_elsewhere = place > 1 and rng.random() < 0.25
    return rng.choice(LANDS).locale if is_elsewhere else locale
