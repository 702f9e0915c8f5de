"""Audit trails of tests."""

from workbench.access.acting import Person
from workbench.domain.errors import StoreError


class Notebook:
    """An audit trail that is a list: who did what, to what, and the outcome."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str, str]] = []

    def record(self, person: Person, act: str, about: str, outcome: str) -> None:
        self.rows.append((person.name, act, about, outcome))


class FullDisk(Notebook):
    """An audit trail that cannot be written."""

    def record(self, *_: object) -> None:
        raise StoreError("The disk is full.")
