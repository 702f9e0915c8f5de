"""Where pages find the desk that the server opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from workbench.domain.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.desk import Desk


@dataclass
class Placement:
    """One a process: the open desk, or why it could not be opened. ``serial`` tells one desk's cached reads apart."""

    desk: Desk | None = None
    failure: WorkbenchError | None = None
    serial: int = 0


@st.cache_resource(show_spinner=False)
def placement() -> Placement:
    return Placement()


def place_desk(desk: Desk) -> None:
    place = placement()
    place.desk, place.failure, place.serial = desk, None, place.serial + 1


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
