"""What a person sees after an action, now and later."""

from dataclasses import dataclass

from workbench.domain.account.field_words import field_words
from workbench.domain.actions import Blocker, action_at_start
from workbench.domain.moments import moment_in_words
from workbench.domain.second_person import WaitingEnd, ending_in_words
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import ActionRecord

_TITLES = {
    Outcome.AWAITING_SECOND: "Waiting for a second person",
    Outcome.SENT: "No answer yet",
    Outcome.ACCEPTED: "Done",
    Outcome.REFUSED: "Refused by Bakkt",
    Outcome.NOT_SENT: "Not sent",
    Outcome.UNKNOWN: "Sent, but the answer was lost",
    Outcome.REJECTED_LATER: "Rejected by Bakkt's review",
}

_NEXT_STEPS = {
    Outcome.AWAITING_SECOND: "Somebody else confirms or declines it, on Backlog or on the account's page.",
    Outcome.SENT: "Wait: the receipt appears here when Bakkt answers.",
    Outcome.ACCEPTED: "",
    Outcome.REFUSED: "Nothing changed at Bakkt. Fix the cause, then confirm again.",
    Outcome.NOT_SENT: "Nothing changed at Bakkt. You can confirm again.",
    Outcome.REJECTED_LATER: "Bakkt acknowledged it and rejected it later. Ask Bakkt why, then make the update again.",
    Outcome.UNKNOWN: "Bakkt may have processed it. It is not sent again automatically, and is locked until settled.",
}

_NOT_CONFIRMED = frozenset({WaitingEnd.DECLINED, WaitingEnd.WITHDRAWN, WaitingEnd.LAPSED})


@dataclass(frozen=True, slots=True)
class Receipt:
    """The result of a confirmed plan: its ``record``, or the ``blocker`` that prevented it.

    ``is_repeat``: this review was confirmed before. ``save_error``: why Bakkt's answer could not be saved.
    """

    record: ActionRecord | None
    blocker: Blocker | None = None
    is_repeat: bool = False
    save_error: str = ""

    @property
    def outcome(self) -> Outcome | None:
        return self.record.outcome if self.record else None

    @property
    def title(self) -> str:
        if self.blocker:
            return self.blocker.title
        return _TITLES[self.record.outcome] if self.record else ""

    @property
    def words(self) -> str:
        """All that is known of the action in sentences, Bakkt's message last."""
        if self.blocker:
            return self.blocker.words
        return " ".join(filter(None, _words(self.record))) if self.record else ""

    @property
    def next_step(self) -> str:
        if self.blocker:
            return self.blocker.next_step
        return _next_step(self.record) if self.record else ""

    @property
    def may_confirm_again(self) -> bool:
        """Whether a new review may be confirmed at once."""
        return self.outcome in {Outcome.REFUSED, Outcome.NOT_SENT}


def _words(record: ActionRecord) -> list[str]:
    fields = [f"{field_words(name)}: {words}" if name else words for name, words in record.refusals]
    said = " · ".join(filter(None, [record.bakkt_words, *fields]))
    bakkt_says = f"Bakkt says: {said}" if said else ""
    return [
        _headline(record),
        _waiting_words(record),
        _link_words(record),
        record.note,
        _settled_text(record),
        bakkt_says,
    ]


def _next_step(record: ActionRecord) -> str:
    if record.waiting is not None and record.waiting.ended_as in _NOT_CONFIRMED:
        return "Nothing was sent to Bakkt. It can be asked for again."
    if record.kind is not ActionKind.REQUEST_LINK:
        return _NEXT_STEPS[record.outcome]
    if record.outcome is Outcome.UNKNOWN:
        return f"{_NEXT_STEPS[record.outcome]} It counts as one of the 3 links until then."
    if record.outcome is Outcome.REFUSED and record.says_no_link_left:
        return "No link is left for this account: contact Bakkt's operations team, only they can help now."
    if record.link_unseen_until is not None:
        return "Request it again: Bakkt then returns the link that it issued, at no cost."
    return "Send this link to the customer." if record.link_expires_at else _NEXT_STEPS[record.outcome]


def _headline(record: ActionRecord) -> str:
    asked_at = record.waiting.asked_at if record.waiting else record.started_at
    return f"{action_at_start(record.kind)} was started by {record.actor}, {moment_in_words(asked_at)}."


def _waiting_words(record: ActionRecord) -> str:
    if record.waiting is None:
        return ""
    if record.outcome is not Outcome.AWAITING_SECOND:
        return ending_in_words(record.waiting)
    return f"Nothing was sent. It lapses at {moment_in_words(record.waiting.lapses_at)}."


def _link_words(record: ActionRecord) -> str:
    if record.kind is not ActionKind.REQUEST_LINK or record.link_expires_at is None:
        return ""
    ends = moment_in_words(record.link_expires_at)
    if record.is_link_old:
        return f"Bakkt returned the previous link: by its clock it had not expired. It expires at {ends}."
    return f"Bakkt issued a new link. It expires at {ends}."


def _settled_text(record: ActionRecord) -> str:
    if record.settled_by is None:
        return ""
    words = (record.settled_words or "").rstrip(".")
    return f"Settled by {record.settled_by}: {words}."
