"""The lines of a timeline: one a fact, so that an event or a sync and the standing that it made are one line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_MADE_BY = {"event": "event", "reading": "reading"}


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One fact: ``entry`` is what it is, ``standing`` the standing that it brought the account to, if any."""

    entry: dict[str, Any]
    standing: dict[str, Any] | None = None

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(one["kind"] for one in (self.entry, self.standing) if one is not None)

    @property
    def happened_at(self) -> datetime:
        at: datetime = self.entry["happened_at"]
        return at


def lines_of(entries: Sequence[dict[str, Any]]) -> list[TimelineLine]:
    """The lines in the order of the entries, newest first."""
    return list(_lines(entries))


def _lines(entries: Sequence[dict[str, Any]]) -> Iterator[TimelineLine]:
    made = _standings_by_cause(entries)
    told = {id(standing) for standing in made.values()}
    for place, entry in enumerate(entries):
        if id(entry) not in told:
            yield TimelineLine(entry, made.get(place))


def _standings_by_cause(entries: Sequence[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """The standings that an event or a sync made, by the place of that entry."""
    made: dict[int, dict[str, Any]] = {}
    for standing in (one for one in entries if one["kind"] == "standing"):
        place = next(
            (place for place, one in enumerate(entries) if _is_cause(one, standing) and place not in made), None
        )
        if place is not None:
            made[place] = standing
    return made


def _is_cause(entry: dict[str, Any], standing: dict[str, Any]) -> bool:
    kind = _MADE_BY.get((standing["detail"] or "").partition(" ")[0])
    return kind is not None and (entry["kind"], entry["happened_at"]) == (kind, standing["happened_at"])
