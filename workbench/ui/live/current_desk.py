"""Where pages find the desk that the server opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from workbench.domain.errors import WorkbenchError
from workbench.ui.live.data_version import Edition

if TYPE_CHECKING:
    from workbench.desk import Desk


@dataclass
class Placement:
    """One a process: the open desk, or why it could not be opened. ``serial`` tells one desk's cached reads apart."""

    desk: Desk | None = None
    failure: WorkbenchError | None = None
    serial: int = 0
    edition: Edition = field(default_factory=Edition)


@cache
def placement() -> Placement:
    return Placement()


def place_desk(desk: Desk, edition: Edition | None = None) -> None:
    """Pages show this desk from now on; without an ``edition`` of its pace they follow every commit at once."""
    place = placement()
    place.desk, place.failure, place.serial = desk, None, place.serial + 1
    place.edition = edition or Edition()


def place_failure(failure: WorkbenchError) -> None:
    """Keep why the desk could not be opened, so that every page can say it."""
    place = placement()
    place.desk, place.failure, place.serial = None, failure, place.serial + 1


def current_desk() -> Desk:
    """The open desk; raises the error that kept it from opening."""
    place = placement()
    if place.failure is not None:
        raise place.failure
    if place.desk is None:
        raise WorkbenchError(
            "The server runs, but no desk was opened in it.",
            title="The workbench is not open",
            next_step="Stop it, and start it with: make run",
        )
    return place.desk


def current_edition() -> int:
    """Grows when pages have something new to show, by data or by the clock."""
    return placement().edition.number(current_desk().store.data_version)
