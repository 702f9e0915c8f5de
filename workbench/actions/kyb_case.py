"""What is on record about the KYB of a business: its checklist, rulings and screens."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from workbench.domain.facts import Requirement, Ruling
from workbench.domain.kyb.requirements import requirement_in_sentence
from workbench.domain.kyb.triggers import KybCase, KybScreening
from workbench.domain.moments import aware, moment_in_words
from workbench.domain.standing.rule import REJECTED_REQUESTS
from workbench.domain.vocabulary import Standing
from workbench.store import ReadRows


def rulings_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Ruling, ...]:
    """The rulings in force, from ``kyb/rulings``."""
    return tuple(
        Ruling(
            aware(row["ruled_at"]),
            *(row["requirement"], row["client_owner_id"], row["client_document_id"], row["valid_through"]),
        )
        for row in rows
        if row["is_in_force"]
    )


def unmet_lines(lines: Sequence[Requirement], today: date) -> tuple[str, ...]:
    return tuple(
        requirement_in_sentence(line.requirement, line.client_owner_id) for line in lines if not line.is_met(today)
    )


def read_case(read: ReadRows, client_account_id: str) -> KybCase:
    account = next(iter(read("accounts/one", client_account_id=client_account_id)), None)
    if account is None or account["standing"] is None:
        return KybCase(None)
    lines = read("kyb/checklist", client_account_id=client_account_id)
    return KybCase(
        account["standing"],
        account["is_entity"],
        unmet=tuple(
            requirement_in_sentence(line["requirement"], line["client_owner_id"])
            for line in lines
            if not line["is_met"]
        ),
        screenings=tuple(_screen(row) for row in read("kyb/screens", client_account_id=client_account_id)),
        is_decided_by_record=_is_decided_by_record(account),
        business_owners=_business_owners(read, client_account_id),
    )


def _business_owners(read: ReadRows, client_account_id: str) -> tuple[str, ...]:
    """Ids of the account's owners who are recorded as businesses."""
    on_account = {row["client_owner_id"] or "" for row in read("accounts/owners", client_account_id=client_account_id)}
    recorded = read("kyb/owner_facts", client_account_id=client_account_id)
    return tuple(
        row["client_owner_id"] for row in recorded if row["is_business"] and row["client_owner_id"] in on_account
    )


def _is_decided_by_record(account: Mapping[str, Any]) -> bool:
    """Whether the account is rejected because a person recorded how manual KYB ended, not by event or payload."""
    is_told = account["last_event_at"] is not None or account["request_status"] in REJECTED_REQUESTS
    return account["standing"] == Standing.REJECTED and not is_told


def _screen(row: Mapping[str, Any]) -> KybScreening:
    started = moment_in_words(aware(row["started_at"]))
    return KybScreening(row["is_manual"], row["started_by"], started, row["ended_as"])
