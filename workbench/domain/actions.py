"""Writes to Bakkt (DESK.md, "Action"): how one is planned, what each kind is called, and what blocks one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from workbench.domain.vocabulary import ActionKind, Outcome

_ACTION_WORDS = {
    ActionKind.OPEN_ACCOUNT: "the account opening",
    ActionKind.UPDATE_ACCOUNT: "the account update",
    ActionKind.UPLOAD_DOCUMENT: "the document upload",
    ActionKind.TRIGGER_KYB: "the KYB trigger",
    ActionKind.REQUEST_LINK: "the link request",
}

BY_READING = "reading"
"""Who settled an action whose answer was lost, if reading back did; otherwise it is a person's name."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One write that a person confirmed, before anything is sent.

    ``confirm_key`` is made once per review, so that confirming it twice still sends one request. ``slot`` tells
    apart actions of one kind that may be open at once (an upload: owner, type and side joined by ``|``). ``what``
    is a summary without personal values, ``changed_fields`` are names only.
    """

    kind: ActionKind
    client_account_id: str
    confirm_key: str
    slot: str = ""
    what: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    changed_fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why an action cannot start now, in words for the person; ``code`` identifies the blocker."""

    code: str
    title: str
    words: str
    next_step: str = ""


Case = TypeVar("Case")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Case]):
    """A rule of an action: the sentence that its dry run shows, and the blocker of a case that breaks it."""

    words: str
    find_blocker: Callable[[Case], Blocker | None]


def first_blocker(rules: Iterable[Rule[Case]], case: Case) -> Blocker | None:
    return next((found for rule in rules if (found := rule.find_blocker(case)) is not None), None)


def action_at_start(kind: ActionKind) -> str:
    """The action as it is named at the start of a sentence."""
    words = _ACTION_WORDS[kind]
    return f"{words[0].upper()}{words[1:]}"


def open_action_blocker(kind: ActionKind, outcome: Outcome, actor: str, started: str) -> Blocker:
    """Blocks an action while one of the same kind is open; ``started`` is the start of that one in words."""
    who = f"{action_at_start(kind)} by {actor}, {started},"
    if outcome is Outcome.AWAITING_SECOND:
        return Blocker(
            "open_action",
            "Waiting for a second person",
            f"{who} waits for a second person. Nothing was sent.",
            f"Somebody else confirms or declines it, or {actor} withdraws it.",
        )
    if outcome is Outcome.SENT:
        return Blocker("open_action", "Already in progress", f"{who} has no answer yet.", "Wait for its receipt.")
    return Blocker(
        "open_action",
        "The last attempt is not settled",
        f"{who} was sent, but its answer was lost: Bakkt may have done it.",
        "Locked until settled, by reading the account back or by a person.",
    )
