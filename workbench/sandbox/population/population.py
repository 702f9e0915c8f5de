"""Generates the seeded population, reproducible from the seed, size and creation time."""

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from workbench.sandbox.accounts.people import COUNTRY_PROFILES
from workbench.sandbox.accounts.state import AccountState, OwnerPlan, SandboxEvent
from workbench.sandbox.population.history import HistoryBuilder
from workbench.sandbox.population.scenarios import (
    ALL_SCENARIOS,
    ARRIVAL_SCENARIO,
    ENTITY_SCENARIO_NAMES,
    ENTITY_SCENARIOS,
    INDIVIDUAL_SCENARIOS,
    Scenario,
)

_ENTITY_SHARE = 0.15
_COMPANY_KINDS = ("CORPORATE", "PARTNERSHIP", "LLC", "LIMITED_PARTNERSHIP")
_AWKWARD_IDS = ("ACC {}", "ACC/{}", "ACC-é-{}", "acc {}/1 é")


@dataclass(slots=True)
class Population:
    """Accounts by client account id, in the order of generation, and their past events."""

    accounts: dict[str, AccountState] = field(default_factory=dict)
    deliveries: list[SandboxEvent] = field(default_factory=list)


def draw_population(count: int, seed: int, now: datetime, speed: float) -> Population:
    population = Population()
    scenarios = _draw_scenarios(count, seed)
    numbers = random.Random(f"{seed}:numbers").sample(range(200_000, 1_000_000 + 10 * count), count)
    for index, (scenario, number) in enumerate(zip(scenarios, numbers, strict=True)):
        account, deliveries = _draw_account(index, _client_account_id(index, number), scenario, seed, now, speed)
        population.accounts[account.client_account_id] = account
        population.deliveries += deliveries
    return population


def draw_arrival(index: int, seed: int, now: datetime, speed: float) -> AccountState:
    """Return an account that a new customer opens now; ``index`` continues from the seeded population."""
    account, _ = _draw_account(index, f"NEW-{index}", ARRIVAL_SCENARIO, seed, now, speed)
    return account


def _draw_scenarios(count: int, seed: int) -> list[Scenario]:
    """Return each scenario once as far as the count allows, then more by weight, in random order."""
    rng = random.Random(f"{seed}:fates")
    scenarios = list(ALL_SCENARIOS[:count])
    individual_weights = [scenario.weight for scenario in INDIVIDUAL_SCENARIOS]
    entity_weights = [scenario.weight for scenario in ENTITY_SCENARIOS]
    wanted_entities = round(count * _ENTITY_SHARE)
    free_entities = max(0, wanted_entities - sum(scenario.name in ENTITY_SCENARIO_NAMES for scenario in scenarios))
    free = count - len(scenarios)
    free_entities = min(free, free_entities)
    scenarios += rng.choices(ENTITY_SCENARIOS, entity_weights, k=free_entities)
    scenarios += rng.choices(INDIVIDUAL_SCENARIOS, individual_weights, k=free - free_entities)
    rng.shuffle(scenarios)
    return scenarios


def _client_account_id(index: int, number: int) -> str:
    """Return a mostly plain id; a few need percent-encoding in a path."""
    is_awkward = index % 97 in (5, 6, 7, 8) and index < 1000
    return _AWKWARD_IDS[index % 97 - 5].format(number) if is_awkward else f"ACC-{number}"


def _draw_account(
    index: int, client_account_id: str, scenario: Scenario, seed: int, now: datetime, speed: float
) -> tuple[AccountState, list[SandboxEvent]]:
    rng = random.Random(f"{seed}:{index}:story")
    is_entity = scenario.name in ENTITY_SCENARIO_NAMES
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
    story = HistoryBuilder(account, rng, now, speed)
    scenario.build(story)
    if not is_entity:
        story.upload_identity_documents()
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
    locale = rng.choices(COUNTRY_PROFILES, [land.weight for land in COUNTRY_PROFILES])[0].locale
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
    return rng.choice(COUNTRY_PROFILES).locale if is_elsewhere else locale
