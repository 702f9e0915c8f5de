"""The standing that all facts of an account give, told from the newest of each kind and without a journey."""

from collections.abc import Sequence
from datetime import date

from workbench.domain.facts import AccountFacts, Reading
from workbench.domain.kyb.checklist import rulings_in_force, with_rulings
from workbench.domain.standing.rule import StandingInputs, standing_by_event, standing_of
from workbench.domain.vocabulary import Standing


def last_word(facts: AccountFacts) -> Standing:
    readings = sorted(facts.readings, key=lambda r: (r.started_at, r.content_hash))
    told = max(facts.events, key=lambda e: (e.received_at, e.request_id, e.content_hash), default=None)
    is_triggered, last_end = any(not k.is_manual for k in facts.kyb_starts), _last_end_of_manual_kyb(facts)
    return standing_of(
        StandingInputs(
            by_event=standing_by_event(told) if told else None,
            could_ever_trade=any(r.can_trade_crypto for r in readings),
            request_status=_last_status(facts, readings),
            is_entity=bool(readings and readings[-1].is_entity),
            is_kyb_started=is_triggered or last_end in {"going on", "approved"},
            is_manual_kyb_rejected=last_end == "rejected",
            has_complete_documents=bool(readings) and _has_documents(facts, readings[-1]),
        )
    )


def _has_documents(facts: AccountFacts, newest: Reading) -> bool:
    day = _last_day(facts)
    if not facts.rulings or not newest.lines:
        return newest.checklist.is_complete_on(day)
    return all(line.is_met(day) for line in with_rulings(newest.lines, rulings_in_force(facts.rulings)))


def _last_day(facts: AccountFacts) -> date:
    every = [*(e.received_at for e in facts.events), *(r.started_at for r in facts.readings)]
    of_kyb = [*(k.started_at for k in facts.kyb_starts), *(k.ended_at for k in facts.kyb_ends)]
    return max([*every, *of_kyb, *(r.ruled_at for r in facts.rulings)]).date()


def _last_status(facts: AccountFacts, readings: Sequence[Reading]) -> str | None:
    """Return the newest request status that is not about an update of ours."""
    first_update = min(facts.updates_sent, default=None)
    about_account = [
        r.request_status
        for r in readings
        if first_update is None or r.started_at < first_update or r.request_status not in {"REJECTED", "CANCELLED"}
    ]
    return about_account[-1] if about_account else None


def _last_end_of_manual_kyb(facts: AccountFacts) -> str:
    """Return how manual KYB stands: "" before it started, and again once a later screening was triggered."""
    began = max((k.started_at for k in facts.kyb_starts if k.is_manual), default=None)
    if began is None:
        return ""
    end = min((k for k in facts.kyb_ends if k.ended_at >= began), key=lambda k: (k.ended_at, k.ended_as), default=None)
    if end is None:
        return "going on"
    is_tried_again = any(k.started_at > end.ended_at for k in facts.kyb_starts)
    return "" if is_tried_again and end.ended_as != "approved" else end.ended_as
