"""The open desk of this process, for the pages to use."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from workbench.domain.errors import WorkbenchError
from workbench.ui.live.current_person import current_person
from workbench.ui.live.data_version import ShownDataVersion

if TYPE_CHECKING:
    from workbench.access.acting import Person
    from workbench.desk import Desk, Intake


@dataclass
class DeskHolder:
    """The process's open desk, or why it could not be opened; ``serial`` keeps cached reads of two desks apart.

    ``intake`` keeps deliveries as long as no desk is open. ``desks``: the open desk, by its
    identity, for each person, as a page asks for it dozens of times.
    """

    desk: Desk | None = None
    failure: WorkbenchError | None = None
    intake: Intake | None = None
    serial: int = 0
    data_version: ShownDataVersion = field(default_factory=ShownDataVersion)
    desks: dict[tuple[int, Person], Desk] = field(default_factory=dict)


@cache
def desk_holder() -> DeskHolder:
    return DeskHolder()


def set_desk(desk: Desk, data_version: ShownDataVersion | None = None) -> None:
    """Make pages show this desk; by default they follow every commit at once."""
    holder = desk_holder()
    holder.desk, holder.failure, holder.intake, holder.serial = desk, None, None, holder.serial + 1
    holder.data_version, holder.desks = data_version or ShownDataVersion(), {}


def set_failure(failure: WorkbenchError, intake: Intake | None = None) -> None:
    """Keep the error that prevented opening the desk, so that every page can show it."""
    holder = desk_holder()
    holder.desk, holder.failure, holder.intake, holder.serial = None, failure, intake, holder.serial + 1
    holder.desks = {}


def current_desk() -> Desk:
    """Return the open desk for the person whose page runs; raises the error that prevented opening it."""
    holder = desk_holder()
    made, desk = holder.desks, holder.desk
    if holder.failure is not None:
        raise holder.failure
    if desk is None:
        raise WorkbenchError(
            "The server is running, but no workbench is open in it.",
            title="The workbench is not open",
            next_step="Stop it and start it with: make run",
        )
    person = current_person(desk)
    key = id(desk), person
    if key not in made:
        made[key] = desk.acted_by(person)
    return made[key]


def shown_data_version() -> int:
    """Return the number of the data version that pages show; it grows with new data and with time."""
    return desk_holder().data_version.number(current_desk().store.data_version)


def calm_data_version() -> int:
    """Return the number of the data version that figures show: a reader's zoom stays for a minute."""
    return desk_holder().data_version.calm_number(current_desk().store.data_version)
