"""What a person is told after an action, now and whenever they look again."""

from dataclasses import dataclass

from workbench.domain.actions import Hindrance, deed
from workbench.domain.moments import moment_in_words
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import ActionRecord

_TITLES = {
    Outcome.SENT: "No answer yet",
    Outcome.ACCEPTED: "Done",
    Outcome.REFUSED: "Bakkt refused",
    Outcome.NOT_SENT: "Nothing was sent",
    Outcome.UNKNOWN: "Sent, and the answer was lost",
}

_NEXT_STEPS = {
    Outcome.SENT: "Wait: the receipt is here when the answer comes.",
    Outcome.ACCEPTED: "",
    Outcome.REFUSED: "Nothing changed at Bakkt. You may confirm again once the cause is gone.",
    Outcome.NOT_SENT: "Nothing changed at Bakkt. You may confirm again.",
    Outcome.UNKNOWN: "Bakkt may have done it. It is never sent again by itself, and closed until that is settled.",
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a confirmed plan: its ``record``, or the ``hindrance`` that kept it from being begun.

    ``is_repeat``: this review had been confirmed before. ``trouble``: Bakkt answered, and that could not be kept.
    """

    record: ActionRecord | None
    hindrance: Hindrance | None = None
    is_repeat: bool = False
    trouble: str = ""

    @property
    def outcome(self) -> Outcome | None:
        return self.record.outcome if self.record else None

    @property
    def title(self) -> str:
        if self.hindrance:
            return self.hindrance.title
        return _TITLES[self.record.outcome] if self.record else ""

    @property
    def words(self) -> str:
        """All that is known of the action in sentences, Bakkt's words last."""
        if self.hindrance:
            return self.hindrance.words
        return " ".join(filter(None, _words(self.record))) if self.record else ""

    @property
    def next_step(self) -> str:
        if self.hindrance:
            return self.hindrance.next_step
        return _next_step(self.record) if self.record else ""

    @property
    def may_confirm_again(self) -> bool:
        """Whether a new review may be confirmed at once."""
        return self.outcome in {Outcome.REFUSED, Outcome.NOT_SENT}


def _words(record: ActionRecord) -> list[str]:
    said = f"Bakkt says: {record.bakkt_words}" if record.bakkt_words else ""
    fields = [f"{name}: {words}" for name, words in record.refusals]
    return [_opening(record), _link_words(record), record.note, _settled(record), said, *fields]


def _next_step(record: ActionRecord) -> str:
    if record.kind is not ActionKind.REQUEST_LINK:
        return _NEXT_STEPS[record.outcome]
    if record.outcome is Outcome.UNKNOWN:
        return f"{_NEXT_STEPS[record.outcome]} Until its link is seen or a person decides it holds one of the three."
    return "Give the customer this link." if record.link_expires_at else _NEXT_STEPS[record.outcome]


def _opening(record: ActionRecord) -> str:
    what = deed(record.kind)
    return f"{what[0].upper()}{what[1:]} by {record.actor}, {moment_in_words(record.started_at)}."


def _link_words(record: ActionRecord) -> str:
    if record.kind is not ActionKind.REQUEST_LINK or record.link_expires_at is None:
        return ""
    ends = moment_in_words(record.link_expires_at)
    if record.is_link_old:
        return f"Bakkt gave the link that was known before: by its clock it was still alive. It ends at {ends}."
    return f"A new link came. It ends at {ends}."


def _settled(record: ActionRecord) -> str:
    if record.settled_by is None:
        return ""
    words = (record.settled_words or "").rstrip(".")
    return f"Settled by {record.settled_by}: {words}."
