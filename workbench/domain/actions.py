"""Writes to Bakkt as the desk plans and names them (DESK.md, "Action"): one shape for all five kinds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.domain.vocabulary import ActionKind, Outcome

_DEEDS = {
    ActionKind.OPEN_ACCOUNT: "opening the account",
    ActionKind.UPDATE_ACCOUNT: "the update of the account",
    ActionKind.UPLOAD_DOCUMENT: "the upload of the document",
    ActionKind.TRIGGER_KYB: "the start of the KYB screen",
    ActionKind.REQUEST_LINK: "the request for a link",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """One write that a person confirmed, before anything is sent.

    ``confirm_key`` is made once a review: however often that review is confirmed, it makes one request. ``slot`` tells
    actions of a kind apart that may be open side by side (an upload: owner, type and side joined by ``|``). ``what``
    is a summary without personal values, ``changed_fields`` are names alone.
    """

    kind: ActionKind
    client_account_id: str
    confirm_key: str
    slot: str = ""
    what: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    changed_fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why an action cannot be begun now, in words for the person; ``code`` tells hindrances apart."""

    code: str
    title: str
    words: str
    next_step: str = ""


def deed(kind: ActionKind) -> str:
    """The action in the middle of a sentence."""
    return _DEEDS[kind]


def open_action_hindrance(kind: ActionKind, outcome: Outcome, actor: str, started: str) -> Hindrance:
    """The same kind of action on the account is still open; ``started`` is its time in words."""
    who = f"{deed(kind)[0].upper()}{deed(kind)[1:]} by {actor}, {started},"
    if outcome is Outcome.SENT:
        return Hindrance(
            "open_action", "This is being done already", f"{who} has no answer yet.", "Wait for its receipt."
        )
    return Hindrance(
        "open_action",
        "What happened last time is not known",
        f"{who} left the workbench, and its answer was lost: Bakkt may have done it.",
        "It is closed until that is settled: by reading the account back, or by a person.",
    )
