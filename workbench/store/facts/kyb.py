"""Landing what people record about KYB: rulings on the checklist, and manual KYB's start and end.

Every function works inside the caller's transaction and rederives the account.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from workbench.domain.actions import BY_READING
from workbench.domain.facts import KybStart, Ruling
from workbench.domain.kyb.checklist import MANAGING_PERSON, UNMANAGED, rulings_in_force
from workbench.domain.kyb.owner_facts import OwnerFacts, rulings_that_follow
from workbench.store.derived.rulings import read_rulings, write_lines
from workbench.store.derived.states import derive
from workbench.store.derived.waiting import end_waiting_of
from workbench.store.engine.keys import Keys, insert_rows
from workbench.store.engine.staging import schema, staged, table_of


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who recorded something about which account, and why."""

    client_account_id: str
    by: str
    reason: str


_RULINGS = schema(
    client_account_id="text",
    ruled_at="time",
    ruled_by="text",
    requirement="text",
    client_owner_id="text",
    client_document_id="text",
    valid_through="day",
    is_taken_back="flag",
    reason="text",
)
_OWNER_FACTS = schema(
    client_account_id="text",
    client_owner_id="text",
    recorded_at="time",
    recorded_by="text",
    share_percent="number",
    manages="flag",
    is_business="flag",
)
_STARTS = schema(client_account_id="text", started_at="time", is_manual="flag", recorded_by="text", reason="text")
_ENDS = schema(
    client_account_id="text", ended_at="time", ended_by="text", ended_as="text", words="text", next_steps="text"
)


def land_ruling(cursor: duckdb.DuckDBPyConnection, attribution: Attribution, ruling: Ruling) -> bool:
    """Saves a ruling; False if it was already in force, or a withdrawn one was not."""
    account = attribution.client_account_id
    known = read_rulings(cursor, Keys([account]))
    is_in_force = ruling.subject in {one.subject for one in rulings_in_force(known[account])}
    if is_in_force is not ruling.is_taken_back:
        return False
    row = (
        *(account, ruling.ruled_at, attribution.by, ruling.requirement, ruling.client_owner_id),
        *(ruling.client_document_id, ruling.valid_through, ruling.is_taken_back, attribution.reason),
    )
    insert_rows(cursor, "kyb_rulings", _RULINGS, [row])
    derive(cursor, [account])
    return True


def read_owner_facts(cursor: duckdb.DuckDBPyConnection, client_account_id: str) -> dict[str, OwnerFacts]:
    """What is recorded about the owners of an account, by owner id."""
    rows = cursor.execute(
        "select client_owner_id, share_percent, manages, is_business from owner_facts_now where client_account_id = ?",
        [client_account_id],
    ).fetchall()
    return {client_owner_id: OwnerFacts(*values) for client_owner_id, *values in rows}


def land_owner_facts(
    cursor: duckdb.DuckDBPyConnection, attribution: Attribution, client_owner_id: str, facts: OwnerFacts, at: datetime
) -> bool:
    """Saves what is recorded about an owner, and the rulings that follow; False if it was recorded already."""
    account = attribution.client_account_id
    before = read_owner_facts(cursor, account)
    if before.get(client_owner_id) == facts:
        return False
    row = (account, client_owner_id, at, attribution.by, facts.share_percent, facts.manages, facts.is_business)
    insert_rows(cursor, "owner_facts", _OWNER_FACTS, [row])
    for ruling, reason in rulings_that_follow(before, before | {client_owner_id: facts}, at):
        land_ruling(cursor, replace(attribution, reason=reason), ruling)
    end_waiting_of(cursor, [account])
    return True


def follow_managers(cursor: duckdb.DuckDBPyConnection, readings: Mapping[str, datetime]) -> None:
    """Opens the line of the managing person where whoever managed is no longer an owner, and closes it again.

    ``readings``: when the newest reading of each entity started.
    """
    keys = Keys(list(readings))
    for account in sorted(keys.find_in(cursor, "owner_facts")):
        owners = Keys([account]).read(cursor, "owners", "coalesce(client_owner_id, '')")
        facts = read_owner_facts(cursor, account)
        is_managed = any(facts[owner_id].manages for (owner_id,) in owners if owner_id in facts)
        ruling = Ruling(readings[account], MANAGING_PERSON, is_taken_back=not is_managed)
        reason = "an owner who manages the entity is on the account" if is_managed else "no owner who manages is left"
        land_ruling(cursor, Attribution(account, BY_READING, reason), ruling)


def land_manual_start(cursor: duckdb.DuckDBPyConnection, attribution: Attribution, started_at: datetime) -> None:
    """Saves that manual KYB began, as a KYB start (DESK.md, "Standing")."""
    start = KybStart(started_at, is_manual=True)
    row = (attribution.client_account_id, start.started_at, start.is_manual, attribution.by, attribution.reason)
    insert_rows(cursor, "kyb_starts", _STARTS, [row])
    derive(cursor, [attribution.client_account_id])


def land_manual_end(
    cursor: duckdb.DuckDBPyConnection,
    attribution: Attribution,
    ended_at: datetime,
    ended_as: str,
    next_steps: str | None = None,
) -> None:
    """Saves how manual KYB ended, and the next steps that Bakkt named."""
    row = (attribution.client_account_id, ended_at, attribution.by, ended_as, attribution.reason, next_steps)
    insert_rows(cursor, "kyb_ends", _ENDS, [row])
    derive(cursor, [attribution.client_account_id])


_CHECKLISTS_WITHOUT_MANAGER = f"""
select distinct client_account_id
from requirements
anti join (select client_account_id from requirements where requirement = '{UNMANAGED.requirement}')
    using (client_account_id)
"""


def lacks_managing_lines(cursor: duckdb.DuckDBPyConnection) -> bool:
    return cursor.execute(f"{_CHECKLISTS_WITHOUT_MANAGER} limit 1").fetchone() is not None


def add_managing_lines(cursor: duckdb.DuckDBPyConnection) -> None:
    """Adds the line to checklists that an earlier version landed, and to the newest reading that they come from."""
    ids = [account for (account,) in cursor.execute(_CHECKLISTS_WITHOUT_MANAGER).fetchall()]
    cursor.execute(
        f"""
        update readings set
            documents_complete = false,
            checklist = left(checklist, -1) || ', ' || $line
        from accounts
        where accounts.client_account_id = readings.client_account_id
            and accounts.content_hash = readings.content_hash
            and readings.client_account_id in ({_CHECKLISTS_WITHOUT_MANAGER})
        """,
        {"line": (write_lines([UNMANAGED]) or "").removeprefix("[")},
    )
    cursor.execute(
        f"""
        update accounts set requirements = list_append(requirements, {{
            'requirement': $requirement, 'client_owner_id': null, 'has_documents': false, 'valid_through': null,
            'reason': $reason
        }})
        where client_account_id in ({_CHECKLISTS_WITHOUT_MANAGER})
        """,
        {"requirement": UNMANAGED.requirement, "reason": UNMANAGED.reason},
    )
    derive(cursor, ids)


def land_kyb_starts(cursor: duckdb.DuckDBPyConnection, starts: Sequence[tuple[str, KybStart]], recorded_by: str) -> int:
    """Saves that KYB screens began; returns how many are new."""
    rows = [(account, start.started_at, start.is_manual, recorded_by, None) for account, start in starts]
    with staged(cursor, incoming=table_of(_STARTS, rows)):
        fresh = cursor.execute(
            "select distinct incoming.* from incoming "
            "anti join kyb_starts using (client_account_id, started_at, is_manual)"
        ).fetchall()
    insert_rows(cursor, "kyb_starts", _STARTS, fresh)
    derive(cursor, list(dict.fromkeys(account for account, *_ in fresh)))
    return len(fresh)
