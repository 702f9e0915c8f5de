"""The open desk of this process, for the pages to use."""

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
    """The process's open desk, or why it could not be opened; ``serial`` keeps cached reads of two desks apart."""

    desk: Desk | None = None
    failure: WorkbenchError | None = None
    serial: int = 0
    edition: Edition = field(default_factory=Edition)


@cache
def placement() -> Placement:
    return Placement()


def place_desk(desk: Desk, edition: Edition | None = None) -> None:
    """Make pages show this desk; by default they follow every commit at once."""
    place = placement()
    place.desk, place.failure, place.serial = desk, None, place.serial + 1
    place.edition = edition or Edition()


def place_failure(failure: WorkbenchError) -> None:
    """Keep the error that prevented opening the desk, so that every page can show it."""
    place = placement()
    place.desk, place.failure, place.serial = None, failure, place.serial + 1


def current_desk() -> Desk:
    """Return the open desk; raises the error that prevented opening it."""
    place = placement()
    if place.failure is not None:
        raise place.failure
    if place.desk is None:
        raise WorkbenchError(
            "The server is running, but no workbench is open in it.",
            title="The workbench is not open",
            next_step="Stop it and start it with: make run",
        )
    return place.desk


def current_edition() -> int:
    """Return the number of the data version that pages show; it grows with new data and with time."""
    return placement().edition.number(current_desk().store.data_version)
