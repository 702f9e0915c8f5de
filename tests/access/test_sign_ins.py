"""When sessions begin and end, whatever the cookie says."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.stores import new_store
from workbench.access.acting import Acting, NotAllowedError, Person
from workbench.access.claims import SignedOutError, SignInRefusedError, SignInRules
from workbench.access.policy import Role
from workbench.casework.sign_ins import SessionLimits, SignIns
from workbench.domain.errors import InputError, StoreError
from workbench.store import Store

PATIENCE_SECONDS = 20
START = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
ISSUER = "https://login.example.com"
RULES = SignInRules(ISSUER, "groups", {"desk-agents": Role.AGENT, "desk-admins": Role.ADMIN})
LIMITS = SessionLimits(idle=timedelta(minutes=15), longest=timedelta(hours=12))


@dataclass
class Trail:
    """Keeps what is recorded, or cannot."""

    rows: list[tuple[str, str, str, str]] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    is_full: bool = False

    def record(self, person: Person, act: str, about: str, outcome: str) -> None:
        if self.is_full:
            raise StoreError("The disk is full.")
        self.rows.append((person.name, act, about, outcome))
        self.roles.append(person.role_in_words)


@dataclass
class Desk:
    """A database with sign-in, whose clock the test sets."""

    store: Store
    trail: Trail = field(default_factory=Trail)
    now: datetime = START

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.sign_ins = SignIns(self.store.people, RULES, LIMITS, self.trail, lambda: self.now)

    def token(self, name: str = "Ann", group: str = "desk-agents", nonce: str = "1") -> dict[str, object]:
        """A token of a sign-in at this moment."""
        now = self.now.timestamp()
        return {
            "iss": ISSUER,
            "sub": name,
            "name": name,
            "groups": [group],
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
        }

    def act(self, claims: dict[str, object], **later: float) -> Person:
        self.now += timedelta(**later)
        return self.sign_ins.admit(claims, is_act=True)

    def rerun(self, claims: dict[str, object], **later: float) -> Person:
        """What a clock asks for, not the person."""
        self.now += timedelta(**later)
        return self.sign_ins.admit(claims, is_act=False)

    def row(self, columns: str, table: str) -> tuple[object, ...] | None:
        with self.store.database.reader() as cursor:
            return cursor.execute(f"select {columns} from {table}").fetchone()  # noqa: S608


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = new_store()
    yield Desk(store)
    store.close()


ADMIN = Acting(Person("an-admin", "Bo", Role.ADMIN))


def test_a_session_begins_with_a_token_and_outlives_it(desk: Desk) -> None:
    ann = desk.token()
    assert desk.act(ann).role == Role.AGENT
    for _ in range(10):
        assert desk.act(ann, minutes=10).name == "Ann"
    assert desk.row("person_name, role", "people") == ("Ann", "agent")


def test_a_session_ends_after_fifteen_minutes_without_an_act(desk: Desk) -> None:
    ann = desk.token()
    desk.act(ann)
    desk.act(ann, minutes=14, seconds=59)
    with pytest.raises(SignedOutError, match="did nothing here for 15 min"):
        desk.act(ann, minutes=15)
    with pytest.raises(SignedOutError, match="did nothing"):
        desk.act(ann, seconds=1)


def test_what_a_clock_asks_for_is_no_act(desk: Desk) -> None:
    ann = desk.token()
    desk.act(ann)
    for _ in range(14):
        desk.rerun(ann, minutes=1)
    with pytest.raises(SignedOutError):
        desk.rerun(ann, minutes=1)


def test_a_session_ends_after_twelve_hours_of_work(desk: Desk) -> None:
    ann = desk.token()
    desk.act(ann)
    for _ in range(71):
        desk.act(ann, minutes=10)
    with pytest.raises(SignedOutError, match="signed in 12 h ago"):
        desk.act(ann, minutes=10)


def test_a_copied_cookie_is_the_same_session_and_ends_with_it(desk: Desk) -> None:
    ann = desk.token()
    desk.act(ann)
    desk.sign_ins.sign_out(dict(ann))
    with pytest.raises(SignedOutError):
        desk.act(dict(ann))
    assert desk.act(desk.token(nonce="2")).name == "Ann"


def test_an_ended_session_stays_ended_after_a_new_start(desk: Desk) -> None:
    ann = desk.token()
    desk.act(ann)
    desk.sign_ins.sign_out(ann)
    desk.restart()
    with pytest.raises(SignedOutError):
        desk.act(ann)


def test_an_open_session_goes_on_after_a_new_start_and_its_idle_time_too(desk: Desk) -> None:
    ann = desk.token()
    desk.act(ann)
    desk.act(ann, minutes=10)
    desk.restart()
    assert desk.act(ann, minutes=14).name == "Ann"
    desk.restart()
    with pytest.raises(SignedOutError, match="did nothing"):
        desk.act(ann, minutes=15)


def test_an_old_token_begins_no_session(desk: Desk) -> None:
    ann = desk.token()
    desk.now += timedelta(minutes=10, seconds=1)
    with pytest.raises(SignedOutError, match="expired"):
        desk.act(ann)
    assert desk.row("count(*)", "people") == (0,)


def test_a_session_that_an_admin_ended_is_refused_at_once_and_the_person_may_sign_in_again(desk: Desk) -> None:
    ann, elsewhere = desk.token(nonce="1"), desk.token(nonce="2")
    subject = desk.act(ann).subject
    desk.act(elsewhere)
    desk.sign_ins.end_sessions(ADMIN, subject)
    for token in (ann, elsewhere):
        with pytest.raises(SignedOutError, match="An admin ended"):
            desk.rerun(token)
    assert desk.act(desk.token(nonce="3")).subject == subject


def test_whoever_is_removed_is_refused_at_once_and_after_a_new_sign_in_until_let_in_again(desk: Desk) -> None:
    ann = desk.token()
    subject = desk.act(ann).subject
    desk.sign_ins.remove(ADMIN, subject)
    desk.restart()
    for token in (ann, desk.token(nonce="2")):
        with pytest.raises(SignInRefusedError, match="removed you"):
            desk.rerun(token)
    desk.sign_ins.let_in_again(ADMIN, subject)
    with pytest.raises(SignedOutError):
        desk.rerun(ann)
    assert desk.act(desk.token(nonce="3")).subject == subject


def test_only_an_admin_ends_sessions_and_nobody_removes_themselves(desk: Desk) -> None:
    ann = desk.act(desk.token())
    lead = Acting(Person("a-lead", "Di", Role.LEAD))
    for change in (desk.sign_ins.end_sessions, desk.sign_ins.remove, desk.sign_ins.let_in_again):
        with pytest.raises(NotAllowedError, match=r"Your role \(lead\) may not manage people"):
            change(lead, ann.subject)
    with pytest.raises(InputError, match="yourself"):
        desk.sign_ins.remove(ADMIN, ADMIN.person.subject)
    assert desk.rerun(desk.token()).subject == ann.subject


def test_acts_are_written_down_once_a_minute_and_are_no_news_to_pages(desk: Desk) -> None:
    ann, version = desk.token(), desk.store.data_version
    desk.act(ann)
    desk.act(ann, seconds=59)
    assert desk.row("last_act_at, last_seen_at", "sign_in_sessions join people using (subject)") == (
        START.replace(tzinfo=None),
        START.replace(tzinfo=None),
    )
    desk.act(ann, seconds=1)
    minute = (START + timedelta(minutes=1)).replace(tzinfo=None)
    assert desk.row("last_act_at, last_seen_at", "sign_in_sessions join people using (subject)") == (minute, minute)
    desk.sign_ins.end_sessions(ADMIN, desk.rerun(ann).subject)
    assert desk.store.data_version == version


def test_nobody_who_is_signed_in_waits_for_a_writer(desk: Desk) -> None:
    ann, bo = desk.token(), desk.token("Bo")
    desk.act(ann)
    desk.act(bo)
    with ThreadPoolExecutor() as others, desk.store.database.writer():
        assert others.submit(desk.act, ann, minutes=2).result(timeout=PATIENCE_SECONDS).name == "Ann"
        assert others.submit(desk.rerun, bo).result(timeout=PATIENCE_SECONDS).name == "Bo"
    desk.act(ann, seconds=1)
    now = desk.now.replace(tzinfo=None)
    assert desk.row("max(last_act_at)", "sign_in_sessions") == (now,), "saved as soon as nobody else writes"


def test_whoever_is_signed_in_goes_on_while_the_database_cannot_be_written(desk: Desk) -> None:
    ann = desk.token()
    desk.act(ann)
    desk.store.close()
    for _ in range(5):
        assert desk.act(ann, minutes=10).name == "Ann"
    with pytest.raises(SignedOutError, match="did nothing"):
        desk.rerun(ann, minutes=15)
    with pytest.raises(SignedOutError):
        desk.act(ann)


def test_access_ends_even_while_the_trail_cannot_be_written(desk: Desk) -> None:
    tokens = {name: desk.token(name) for name in ("Ann", "Bo", "Cy", "Di")}
    subjects = {name: desk.act(token).subject for name, token in tokens.items()}
    desk.trail.is_full = True
    admin = Acting(ADMIN.person, desk.trail)
    desk.sign_ins.sign_out(tokens["Ann"])
    desk.sign_ins.end_sessions(admin, subjects["Bo"])
    desk.sign_ins.remove(admin, subjects["Cy"])
    desk.restart()
    for name, reason in (("Ann", None), ("Bo", "An admin ended"), ("Cy", "removed you")):
        with pytest.raises((SignedOutError, SignInRefusedError), match=reason):
            desk.rerun(tokens[name])
    with pytest.raises(SignedOutError, match="did nothing"):
        desk.rerun(tokens["Di"], minutes=15)


def test_a_removal_that_cannot_be_saved_holds_until_the_next_start_and_says_so(desk: Desk) -> None:
    ann = desk.token()
    subject, admin = desk.act(ann).subject, Acting(ADMIN.person, desk.trail)
    desk.store.close()
    with pytest.raises(StoreError) as said:
        desk.sign_ins.remove(admin, subject)
    assert said.value.message.endswith("Whoever was removed stays out until the next start.")
    assert desk.trail.rows[-1][2:] == (f"remove {subject}", "failed")
    with pytest.raises(SignInRefusedError, match="removed you"):
        desk.rerun(ann)


def test_ending_sessions_and_removing_are_in_the_trail(desk: Desk) -> None:
    subject, admin = desk.act(desk.token()).subject, Acting(ADMIN.person, desk.trail)
    desk.sign_ins.end_sessions(admin, subject)
    desk.sign_ins.remove(admin, subject)
    assert [(who, about, outcome) for who, _, about, outcome in desk.trail.rows[1:]] == [
        ("Bo", f"end sessions of {subject}", "allowed"),
        ("Bo", f"remove {subject}", "allowed"),
    ]


def test_the_trail_has_every_sign_in_its_end_and_each_refusal_once(desk: Desk) -> None:
    ann, eve = desk.token(), desk.token("Eve", "everyone")
    desk.act(ann)
    for _ in range(3):
        with pytest.raises(SignInRefusedError):
            desk.act(eve)
    with pytest.raises(SignedOutError):
        desk.rerun(ann, minutes=20)
    assert desk.trail.rows == [
        ("Ann", "sign in", "", "allowed"),
        ("Eve", "sign in", "", "refused"),
        ("Ann", "sign out", "idle", "allowed"),
    ]
    assert desk.trail.roles == ["agent", "none", "agent"]


def test_a_token_that_is_too_old_is_in_the_trail_once(desk: Desk) -> None:
    ann = desk.token()
    desk.now += timedelta(hours=1)
    for _ in range(3):
        with pytest.raises(SignedOutError, match="expired"):
            desk.act(ann)
    assert desk.trail.rows == [("Ann", "sign in", "", "refused")]
    assert desk.trail.roles == ["none"]


def test_nobody_comes_in_while_the_trail_cannot_be_written(desk: Desk) -> None:
    desk.trail.is_full = True
    ann = desk.token()
    with pytest.raises(StoreError):
        desk.act(ann)
    assert desk.row("count(*)", "sign_in_sessions") == (0,)
    desk.trail.is_full = False
    assert desk.act(ann).name == "Ann"
