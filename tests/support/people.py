"""Invented people who use the workbench."""

from workbench.access.acting import Acting, Person
from workbench.access.policy import Role


def person(name: str, role: Role = Role.ADMIN) -> Person:
    return Person(f"https://sign-in.example.test {name.lower()}", name, role)


def acting_as(name: str, role: Role = Role.ADMIN) -> Acting:
    """The person at work, with nothing written down."""
    return Acting(person(name, role))
