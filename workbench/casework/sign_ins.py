"""Sessions of people who signed in: when they begin, and when they end, whatever the browser's cookie says.

A cookie lasts for weeks and can be copied. So a session is known by the token that began it, its end is written down
here, and the same token never begins a second one.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from workbench.access.acting import Acting, AuditOutcome, AuditTrail, Person
from workbench.access.claims import (
    Claims,
    SignedOutError,
    SignInRefusedError,
    SignInRules,
    check_token,
    person_of,
    session_key,
    without_role,
)
from workbench.access.policy import Act
from workbench.domain.errors import InputError, StoreError
from workbench.domain.moments import duration
from workbench.store.records.people import Ended, People, Session

SAVED_EVERY = timedelta(minutes=1)
"""How often what a person does is written down."""
SIGN_IN, SIGN_OUT = "sign in", "sign out"
_MOST_REFUSALS_REMEMBERED = 1_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session may go on without an act of the person, and altogether."""

    idle: timedelta
    longest: timedelta


class SignIns:
    """Everybody's sessions. Thread-safe; asked in every run of a page, it reads the database once a session.

    Nobody who is signed in waits for the database: only one's own sign-in and what ends a session do.
    """

    def __init__(
        self,
        people: People,
        rules: SignInRules,
        limits: SessionLimits,
        trail: AuditTrail,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._people, self._rules, self._limits, self._trail, self._now = people, rules, limits, trail, now
        self._removed = people.removed_subjects()
        self._open: dict[str, Session] = {}
        self._saved_at: dict[str, datetime] = {}
        self._refused: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        """For what is in memory; never held while the database is read or written."""
        self._finding = threading.Lock()
        """Two tabs with one new token begin one session."""

    def admit(self, claims: Claims, *, is_act: bool, key: str = "") -> Person:
        """The person, whose session begins with the first call; ``is_act``: the person did something, not a clock.

        ``key`` is that of the claims, for callers that know it. Raises SignedOutError if the session ended,
        SignInRefusedError if the person may not come in, StoreError.
        """
        key = key or session_key(claims)
        try:
            person = person_of(claims, self._rules)
            self._refuse_removed(person)
            session = self._open.get(key) or self._find_or_begin(key, claims, person)
        except (SignInRefusedError, SignedOutError) as refusal:
            self._record_refusal(key, claims, refusal)
            raise
        self._go_on(session, person, is_act=is_act)
        return person

    def sign_out(self, claims: Claims) -> None:
        """Ends the session in every tab and with every copy of its cookie. Raises StoreError."""
        key = session_key(claims)
        session = self._open.get(key) or self._people.find_session(key)
        if session is not None:
            self._end(session, self._whoever(claims), Ended.SIGNED_OUT)

    def end_sessions(self, acting: Acting, subject: str) -> None:
        """Signs a person out everywhere; they may sign in again. Raises NotAllowedError, StoreError.

        Taking somebody's access away never waits for the audit trail: it is written down afterwards.
        """
        acting.require(Act.MANAGE_PEOPLE)
        self._end_all(subject, Ended.BY_ADMIN, acting.person.name)
        acting.end(Act.MANAGE_PEOPLE, f"end sessions of {subject}", AuditOutcome.ALLOWED)

    def remove(self, acting: Acting, subject: str) -> None:
        """Signs a person out and keeps them out; until the next start, if that cannot be saved.

        Raises InputError, NotAllowedError, StoreError.
        """
        if subject == acting.person.subject:
            raise InputError("You cannot remove yourself.", title="Nothing was changed", next_step="Ask another admin.")
        acting.require(Act.MANAGE_PEOPLE)
        self._removed.add(subject)
        try:
            self._people.remove(subject, self._now(), acting.person.name)
            self._end_all(subject, Ended.REMOVED, acting.person.name)
        except StoreError as error:
            acting.end(Act.MANAGE_PEOPLE, f"remove {subject}", AuditOutcome.FAILED)
            raise StoreError(
                f"{error.message} Whoever was removed stays out until the next start.",
                title="The removal could not be saved",
                next_step="Remove the person again when the database can be written.",
            ) from error
        acting.end(Act.MANAGE_PEOPLE, f"remove {subject}", AuditOutcome.ALLOWED)

    def let_in_again(self, acting: Acting, subject: str) -> None:
        """Lets somebody who was removed sign in again. Raises NotAllowedError, StoreError."""
        acting.begin(Act.MANAGE_PEOPLE, f"let {subject} in again")
        self._people.let_in_again(subject)
        self._removed.discard(subject)

    def _whoever(self, claims: Claims) -> Person:
        """Also somebody who has lost their role meanwhile."""
        try:
            return person_of(claims, self._rules)
        except SignInRefusedError:
            return without_role(claims)

    def _refuse_removed(self, person: Person) -> None:
        if person.subject in self._removed:
            raise SignInRefusedError("An admin removed you from this workbench.")

    def _find_or_begin(self, key: str, claims: Claims, person: Person) -> Session:
        with self._finding:
            session = self._open.get(key) or self._people.find_session(key) or self._begin(key, claims, person)
            return self._open.setdefault(key, session)

    def _begin(self, key: str, claims: Claims, person: Person) -> Session:
        now = self._now()
        check_token(claims, now)
        self._trail.record(person, SIGN_IN, "", AuditOutcome.ALLOWED)
        session = Session(key, person.subject, now, now)
        self._people.begin_session(session, person.name, person.role_in_words)
        self._saved_at[key] = now
        return session

    def _go_on(self, session: Session, person: Person, *, is_act: bool) -> None:
        now = self._now()
        with self._lock:
            session = self._open[session.key]
            ended = session.ended or self._run_out(session, now)
            if ended is None and is_act:
                session = self._open[session.key] = replace(session, last_act_at=now)
            is_due = is_act and now - self._saved_at.get(session.key, session.began_at) >= SAVED_EVERY
        if ended is not None:
            self._end(session, person, ended)
            raise self._ended_error(ended)
        if is_due:
            self._save(session, now)

    def _run_out(self, session: Session, now: datetime) -> Ended | None:
        if now - session.began_at >= self._limits.longest:
            return Ended.HOURS
        return Ended.IDLE if now - session.last_act_at >= self._limits.idle else None

    def _save(self, session: Session, now: datetime) -> None:
        """What cannot be saved is in memory: after a new start the person signs in again a little early."""
        try:
            if self._people.note_act(session):
                self._saved_at[session.key] = now
        except StoreError as error:
            self._saved_at[session.key] = now
            logger.error("When somebody did something last could not be saved: %s", error.title)

    def _end(self, session: Session, person: Person, ended: Ended) -> None:
        """Whoever goes is never kept in because something cannot be written."""
        try:
            is_new = self._close(session, ended)
        except StoreError as error:
            is_new = True
            logger.error("The end of a session could not be saved: %s", error.title)
        if is_new:
            Acting(person, self._trail).end(SIGN_OUT, ended, AuditOutcome.ALLOWED)

    def _end_all(self, subject: str, ended: Ended, ended_by: str) -> None:
        with self._lock:
            in_memory = [one for one in self._open.values() if one.subject == subject]
        known = [one for one in in_memory if self._forget(one, ended)]
        for session in (*known, *self._people.open_sessions_of(subject)):
            self._forget(session, ended)
            self._people.end_session(session, ended, self._now(), ended_by)

    def _close(self, session: Session, ended: Ended) -> bool:
        """Whether the session was still open."""
        if not self._forget(session, ended):
            return False
        self._people.end_session(session, ended, self._now())
        return True

    def _forget(self, session: Session, ended: Ended) -> bool:
        """Ends it in memory, so that a database that cannot be written keeps nobody in; False if it had ended."""
        with self._lock:
            known = self._open.get(session.key, session)
            self._saved_at.pop(session.key, None)
            if known.ended is None:
                self._open[session.key] = replace(known, ended=ended)
            return known.ended is None

    def _ended_error(self, ended: Ended) -> SignedOutError:
        words = {
            Ended.IDLE: f"You did nothing here for {_length(self._limits.idle)}.",
            Ended.HOURS: f"You signed in {_length(self._limits.longest)} ago.",
            Ended.BY_ADMIN: "An admin ended your session.",
        }
        return SignedOutError(words.get(ended, ""))

    def _record_refusal(self, key: str, claims: Claims, refusal: SignInRefusedError | SignedOutError) -> None:
        """Once for a token and a reason: a tab that is refused asks again and again."""
        if (key, refusal.message) in self._refused:
            return
        Acting(without_role(claims), self._trail).end(SIGN_IN, "", AuditOutcome.REFUSED)
        if len(self._refused) >= _MOST_REFUSALS_REMEMBERED:
            self._refused.clear()
        self._refused.add((key, refusal.message))


def _length(limit: timedelta) -> str:
    return duration(limit.total_seconds() / 3600)
