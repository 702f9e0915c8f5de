"""Unusual values in a request: sent once a person has confirmed them, and named in the action's record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workbench.domain.account import Doubt
from workbench.domain.actions import Blocker, Rule

CONFIRMED_ALTHOUGH = "confirmed_although"
"""The record's entry: a line for each field, with its path and what is unusual about it, never its value."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """What is unusual about the values of a request, by path of the field, and whether a person confirmed it."""

    by_path: Mapping[str, Sequence[Doubt]] = field(default_factory=dict)
    are_confirmed: bool = False

    @property
    def record(self) -> dict[str, str]:
        """What the action's record keeps of it."""
        lines = (f"{path}: {', '.join(one.short for one in found)}" for path, found in self.by_path.items() if found)
        kept = "\n".join(lines)
        return {CONFIRMED_ALTHOUGH: kept} if kept else {}


NO_DOUBTS = Doubts()


def find_doubts_blocker(doubts: Doubts) -> Blocker | None:
    if doubts.are_confirmed or not doubts.record:
        return None
    return Blocker(
        "unconfirmed",
        "Some values are unusual",
        "They may be right, but a person has to confirm them.",
        "Check them, then tick the box that confirms them, or correct them.",
    )


CONFIRMED = Rule("Values that look unusual are confirmed.", find_doubts_blocker)


def confirmed_lines(what: Mapping[str, str]) -> list[tuple[str, str]]:
    """The record's entry again: path and what was unusual, for each field."""
    parted = (line.rpartition(": ") for line in what.get(CONFIRMED_ALTHOUGH, "").splitlines())
    return [(path, short) for path, _, short in parted]
