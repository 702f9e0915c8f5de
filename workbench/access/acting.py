"""The person who acts, and the one question that every layer asks before it does something for a person."""

import logging
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import NoReturn, Protocol

from workbench.access.policy import ACTS_OF_SCOPE, Act, Role, may
from workbench.domain.errors import StoreError, WorkbenchError
from workbench.domain.second_person import Colleague
from workbench.web.api_tokens import Token

_LOCAL, _COMMAND_LINE = "local", "command line"
NO_ROLE = "none"
"""In the place of a role, in rows about somebody without one."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses the workbench. ``subject`` tells people apart, ``name`` is what others read.

    ``role`` is None for whoever has none: they may do nothing, and their sign-in was refused.
    """

    subject: str
    name: str
    role: Role | None
    token_acts: frozenset[Act] | None = None
    """What a token of the API may do; None for whoever comes without one."""

    def may(self, act: Act) -> bool:
        return self.role is not None and may(self.role, act) and (self.token_acts is None or act in self.token_acts)

    @property
    def author(self) -> str:
        """Whose drafts, statements and questions are theirs alone: with sign-in not the name, which two may have."""
        return self.name if self.subject in {_LOCAL, _COMMAND_LINE} else self.subject

    @property
    def colleague(self) -> Colleague:
        """As the record of an action keeps them."""
        return Colleague(self.subject, self.name)

    @property
    def is_told_apart(self) -> bool:
        """Whether it is known which person this is; without sign-in anybody at the machine is the same one."""
        return self.subject != _LOCAL

    @property
    def role_in_words(self) -> str:
        """As the audit trail says it: a token is no admin, and who was refused at the sign-in has no role."""
        if self.role is None:
            return NO_ROLE
        return str(self.role) if self.token_acts is None else "token"

    @property
    def kind_in_words(self) -> str:
        return f"Your role ({self.role_in_words})" if self.token_acts is None else "This token"


class AuditOutcome(StrEnum):
    """How an act turned out, as the audit trail says it."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    FAILED = "failed"


class AuditTrail(Protocol):
    """Keeps who did what."""

    def record(self, person: Person, act: str, about: str, outcome: str) -> None:
        """Writes one row. ``about`` is an id or a name of ours, never personal data. Raises StoreError."""


class NoAuditTrail:
    """For a desk without a database of its own, such as one in a test of one layer."""

    def record(self, person: Person, act: str, about: str, outcome: str) -> None:
        pass


class NotAllowedError(WorkbenchError):
    """The person's role may not do this; nothing was read and nothing was done."""

    default_title = "Not allowed"
    default_next_step = "Ask an admin for a role, or a token, that allows this."


@dataclass(frozen=True, slots=True)
class Acting:
    """A person at work. Layers that do something for people hold one and ask it first."""

    person: Person
    trail: AuditTrail = field(default_factory=NoAuditTrail)

    def may(self, act: Act) -> bool:
        return self.person.may(act)

    def require(self, act: Act) -> None:
        """Raises NotAllowedError unless the person's role may do this; the refusal is in the audit trail."""
        if not self.may(act):
            self.refuse(act)

    def refuse(self, what: str, in_words: str = "") -> NoReturn:
        """Writes down that the person may not do this, and raises NotAllowedError.

        ``in_words`` is for the person, if ``what`` is a name in the code.
        """
        self.trail.record(self.person, what, "", AuditOutcome.REFUSED)
        raise self.refusal_of(in_words or what)

    def refusal_of(self, what: str) -> NotAllowedError:
        return NotAllowedError(f"{self.person.kind_in_words} may not {what}.")

    def begin(self, act: Act, about: str = "") -> None:
        """Asks, and writes the act down before it is done.

        Raises NotAllowedError, and StoreError if it cannot be written down; then nothing may be done.
        """
        self.require(act)
        self.trail.record(self.person, act, about, AuditOutcome.ALLOWED)

    @contextmanager
    def doing(self, act: Act, about: str = "") -> Iterator[None]:
        """Begins what the block does; an error within it is written down as the outcome."""
        self.begin(act, about)
        try:
            yield
        except Exception:
            self.end(act, about, AuditOutcome.FAILED)
            raise

    def begin_reading(self, act: Act, about: str = "") -> None:
        """Asks, and writes the act down if that can be done: for this machine's user, who can read the file anyway.

        Raises NotAllowedError.
        """
        self.require(act)
        self.end(act, about, AuditOutcome.ALLOWED)

    def end(self, act: str, about: str, outcome: str) -> None:
        """Writes down how something that had begun turned out. What was done stays done if that cannot be written."""
        self._end_for(self.person, act, about, outcome)

    def end_for_nobody(self, act: str, about: str, outcome: str) -> None:
        """The same for what the workbench found out by itself."""
        self._end_for(the_workbench(), act, about, outcome)

    def _end_for(self, person: Person, act: str, about: str, outcome: str) -> None:
        try:
            self.trail.record(person, act, about, outcome)
        except StoreError as error:
            logger.error("This is not in the audit trail: %s. %s", act, error.title)


def local_person(name: str) -> Person:
    """Who uses a workbench without sign-in, on this machine alone: an admin with the name of the settings."""
    return Person(_LOCAL, name, Role.ADMIN)


def the_workbench() -> Person:
    """Who does what nobody asked for, such as settling an action by reading the account back."""
    return Person("workbench", "workbench", Role.ADMIN)


def command_line(user: str) -> Person:
    """Who uses the command line: an admin, with the name of the machine's user."""
    return Person(_COMMAND_LINE, user, Role.ADMIN)


@cache
def machine_user() -> str:
    """The name of the machine's user who runs this process; their number if they have none, as in a container."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"


def token_holder(token: Token) -> Person:
    """Who asks the API: a token with what its scopes say, or this machine's command line."""
    if token.is_local:
        return command_line(machine_user())
    acts = frozenset(act for scope in token.scopes for act in ACTS_OF_SCOPE[scope])
    return Person(f"token {token.token_id}", f"token {token.name}", Role.ADMIN, acts)
