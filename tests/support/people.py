"""Invented people who use the workbench."""

from dataclasses import dataclass, field, fields
from typing import Self

from workbench.access.acting import Acting, Person
from workbench.access.audit_trail import KeptAuditTrail
from workbench.access.policy import Role
from workbench.desk import Desk
from workbench.store import Store


def person(name: str, role: Role = Role.ADMIN) -> Person:
    return Person(f"https://sign-in.example.test {name.lower()}", name, role)


def acting_as(name: str, role: Role = Role.ADMIN) -> Acting:
    """The person at work, with nothing written down."""
    return Acting(person(name, role))


def kept_acting(store: Store, name: str) -> Acting:
    """The person at work on a desk, whose audit trail is kept."""
    return Acting(person(name), KeptAuditTrail(store.audit))


@dataclass(frozen=True, slots=True)
class _DeskOfOne(Desk):
    """A desk whose pages always run for one person."""

    person: Person = field(kw_only=True)

    def acted_by(self, person: Person) -> Self:  # noqa: ARG002 -- whoever it is
        return Desk.acted_by(self, self.person)


def desk_of(desk: Desk, role: Role) -> Desk:
    """The desk, whose pages run for somebody with this role."""
    return desk_for(desk, person(role.title(), role))


def desk_for(desk: Desk, whose: Person) -> Desk:
    """The desk, whose pages run for this person."""
    parts = {one.name: getattr(desk, one.name) for one in fields(Desk)}
    return _DeskOfOne(**parts, person=whose)
