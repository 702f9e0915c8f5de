"""Whose page runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.access.acting import Person, local_person

if TYPE_CHECKING:
    from workbench.desk import Desk


def current_person(desk: Desk) -> Person:
    """Return the one person of a workbench without sign-in."""
    return local_person(desk.settings.actor)
