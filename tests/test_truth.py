"""End to end: import, sync and replay over HTTP, then every query against the sandbox's true state.

The expected numbers are computed here from the sandbox's own state, without any rule of the workbench.
"""

import json
import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from tests.support.answers_by_hand import rounded_up
from tests.support.rounds import TRUTH_ACCOUNTS
from tests.support.running import RunningSandbox, command, credentials, run, running_sandbox
from workbench import open_desk
from workbench.ui.backlog.views import VIEWS

NEAR = timedelta(minutes=10)
"""The most that these tests can take: what changes by itself within it is not compared."""

TARGET_HOURS = {
    "submitted": 24,
    "under_review": 72,
    "verification": 72,
    "kyb_documents": 168,
    "kyb_ready": 24,
    "kyb_screening": 120,
    "suspended": 120,
    "unrecognised": 24,
}
PATHS = {"individual": ["opened", "screened", "cleared", "trading"]}
PATHS["entity"] = ["opened", "documented", *PATHS["individual"][1:]]

Account = dict[str, Any]


@dataclass(frozen=True)
class ComparedDesk:
    """A desk filled from a sandbox, and the sandbox's true state right after."""

    folder: Path
    settings: dict[str, str]
    sandbox: RunningSandbox
    truth: dict[str, Account]
    told_at: datetime
    imported: str
    synced: str
    replayed: str

    def query(self, *arguments: str) -> list[dict[str, Any]]:
        result = command(["query", *arguments, "--format", "json"], self.folder, self.settings)
        assert result.exit_code == 0, result.stderr
        rows: list[dict[str, Any]] = json.loads(result.stdout)
        return rows

    @cached_property
    def standing(self) -> dict[str, dict[str, Any]]:
        return {row["client_account_id"]: row for row in self.query("accounts/standing")}

    @cached_property
    def backlog(self) -> dict[str, dict[str, Any]]:
        return {row["client_account_id"]: row for row in self.query("verification/backlog")}

    def is_about_to_turn(self, account: Account) -> bool:
        """Whether the expiry of its link, or the 24 hours before it, falls into the duration of these tests."""
        ends_at = moment(account["link_expires_at"])
        if ends_at is None:
            return False
        return any(abs(at - self.told_at) < NEAR for at in (ends_at, ends_at - timedelta(hours=24)))


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComparedDesk]:
    """Fill a desk in separate processes; repeat if the sandbox sent events meanwhile."""
    folder = tmp_path_factory.mktemp("truth")
    with running_sandbox(folder, "--accounts", str(TRUTH_ACCOUNTS), "--seed", "11") as sandbox:
        settings = credentials(sandbox.address, WORKBENCH_DATABASE=folder / "truth.duckdb")

        def done(*arguments: str) -> str:
            result = run(arguments, folder, settings)
            assert result.returncode == 0, result.stderr
            return result.stdout

        (folder / "registry.csv").write_text(sandbox.text("/sandbox/registry.csv"), encoding="utf-8")
        imported = done("import-accounts", "registry.csv")
        while True:
            archive = sandbox.text("/sandbox/events.jsonl")
            (folder / "events.jsonl").write_text(archive, encoding="utf-8")
            synced = done("sync", "--all")
            replayed = done("replay-events", "events.jsonl")
            told = [as_nobody_manages(account) for account in sandbox.json("/sandbox/truth")]
            truth = {account["client_account_id"]: account for account in told}
            told_at = datetime.now(UTC)
            if sandbox.text("/sandbox/events.jsonl") == archive:
                break
        yield ComparedDesk(folder, settings, sandbox, truth, told_at, imported, synced, replayed)


def as_nobody_manages(account: Account) -> Account:
    """What the desk can say of an entity: nobody recorded here who manages it, so no checklist is complete."""
    if not account["is_entity"]:
        return account
    milestones, line = account["milestones"], {"requirement": "managing_person", "client_owner_id": None}
    undated = [step for step in milestones["undated"] if step != "documented"]
    undated += ["documented"] if "screened" in undated else []
    told = {
        **account,
        "checklist": [*account["checklist"], {**line, "is_met": False}],
        "milestones": {**milestones, "documented": milestones["screened"], "undated": undated},
    }
    if account["standing"] == "under_review" and account["kyb_triggered_at"] is None:
        told["turn"] = "us"
    if account["standing"] == "kyb_ready":
        told |= {"standing": "kyb_documents", "standing_since": account["created_at"], "undated": False}
    return told


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def differences(
    compared: ComparedDesk, expected: Callable[[Account], object], found: Callable[[str], object]
) -> dict[str, tuple[object, object]]:
    """Return the accounts where the two disagree, with the sandbox's value and the desk's."""
    pairs = {name: (expected(account), found(name)) for name, account in compared.truth.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def differences_in(compared: ComparedDesk, column: str) -> dict[str, tuple[object, object]]:
    """Accounts of whose standing the two say something else in this column."""
    return differences(compared, lambda account: account[column], lambda name: compared.standing[name][column])


def test_the_population_shows_every_standing_without_records_of_people_and_every_link_state(
    compared: ComparedDesk,
) -> None:
    standings = {account["standing"] for account in compared.truth.values()}
    assert standings == {
        *("closed", "liquidated", "active", "verification", "rejected", "suspended", "under_review", "unrecognised"),
        *("kyb_screening", "kyb_documents", "submitted"),
    }
    links = {account["link_state"] for account in compared.truth.values()}
    assert links >= {None, "live", "expiring", "expired"}
    assert any(account["contradiction"] for account in compared.truth.values())
    assert any(account["restricted_by_event"] for account in compared.truth.values())


@pytest.mark.slow
def test_the_commands_say_what_they_did(compared: ComparedDesk) -> None:
    archive = (compared.folder / "events.jsonl").read_text(encoding="utf-8").splitlines()
    contents = {
        (body["requestId"], json.dumps(body, sort_keys=True)) for body in (json.loads(line)["body"] for line in archive)
    }
    assert compared.imported.startswith(f"{TRUTH_ACCOUNTS:,} new, 0 known, 0 blank, 0 duplicate")
    assert f"{TRUTH_ACCOUNTS:,} of {TRUTH_ACCOUNTS:,} accounts read" in compared.synced
    assert " 0 failed" in compared.synced
    assert f"{len(archive) - len(contents)} repeats" in compared.replayed
    assert "0 set aside, 0 unreadable lines" in compared.replayed


def test_no_link_was_asked_for(compared: ComparedDesk) -> None:
    calls = compared.sandbox.json("/sandbox/calls")
    assert calls["details"] == {}
    assert "getKycDocumentVerificationDetails" not in calls["operations"]


def test_every_account_of_the_registry_is_listed_once(compared: ComparedDesk) -> None:
    rows = compared.query("accounts/standing")
    assert sorted(row["client_account_id"] for row in rows) == sorted(compared.truth)


def test_standings_agree(compared: ComparedDesk) -> None:
    assert differences(compared, lambda a: a["standing"], lambda name: compared.standing[name]["standing"]) == {}


@pytest.mark.parametrize("column", ["display_name", "account_type", "can_trade_crypto"])
def test_what_an_account_is_agrees(compared: ComparedDesk, column: str) -> None:
    assert differences_in(compared, column) == {}


def test_turns_and_link_states_agree(compared: ComparedDesk) -> None:
    steady = {name for name, account in compared.truth.items() if not compared.is_about_to_turn(account)}
    assert len(steady) > 480
    for column in ("turn", "link_state"):
        wrong = differences_in(compared, column)
        assert {name: pair for name, pair in wrong.items() if name in steady} == {}


def test_dated_standings_began_when_the_sandbox_says(compared: ComparedDesk) -> None:
    dated = {name: account for name, account in compared.truth.items() if not account["undated"]}
    assert len(dated) > 400
    wrong = {
        name: (account["standing_since"], compared.standing[name]["standing_since"])
        for name, account in dated.items()
        if moment(account["standing_since"]) != moment(compared.standing[name]["standing_since"])
    }
    assert wrong == {}


def test_undated_standings_begin_with_the_first_reading(compared: ComparedDesk) -> None:
    undated = [name for name, account in compared.truth.items() if account["undated"]]
    assert undated
    for name in undated:
        since = moment(compared.standing[name]["standing_since"])
        assert since is not None
        assert compared.told_at - NEAR < since <= compared.told_at


def test_ages_and_dues_follow_from_the_entry(compared: ComparedDesk) -> None:
    for name, row in compared.standing.items():
        since, due_at = moment(row["standing_since"]), moment(row["due_at"])
        assert since is not None
        hours = (datetime.now(UTC) - since) / timedelta(hours=1)
        assert row["age_hours"] == pytest.approx(hours, abs=NEAR / timedelta(hours=1)), name
        target = TARGET_HOURS.get(row["standing"])
        assert due_at == (None if target is None else since + timedelta(hours=target)), name


def test_contradictions_agree(compared: ComparedDesk) -> None:
    wrong = differences(
        compared, lambda a: a["contradiction"], lambda name: compared.standing[name]["contradiction"] is not None
    )
    assert wrong == {}


def test_accounts_restricted_by_event_agree(compared: ComparedDesk) -> None:
    restricted = {row["client_account_id"] for row in compared.query("accounts/restricted")}
    assert restricted == {name for name, account in compared.truth.items() if account["restricted_by_event"]}
    assert restricted.isdisjoint(row["client_account_id"] for row in compared.query("accounts/contradictions"))


def test_the_verification_backlog_agrees(compared: ComparedDesk) -> None:
    verifying = {name: a for name, a in compared.truth.items() if a["standing"] == "verification"}
    assert set(compared.backlog) == set(verifying)
    for name, account in verifying.items():
        row = compared.backlog[name]
        assert moment(row["link_expires_at"]) == moment(account["link_expires_at"]), name
        if not compared.is_about_to_turn(account):
            budget = (row["expirations_used"], row["expirations_left"], row["link_state"], row["turn"])
            assert budget == (
                account["expirations_used"],
                account["expirations_left"],
                account["link_state"],
                account["turn"],
            ), name


def test_some_budgets_are_used_up_and_some_are_untouched(compared: ComparedDesk) -> None:
    assert {row["expirations_used"] for row in compared.backlog.values()} == {0, 1, 2, 3}


@pytest.mark.parametrize("hours", [1, 24, 72])
def test_expiring_links_agree(compared: ComparedDesk, hours: int) -> None:
    rows = {row["client_account_id"]: row for row in compared.query("verification/expiring", f"hours={hours}")}
    now = datetime.now(UTC)
    for name, account in compared.truth.items():
        ends_at = moment(account["link_expires_at"])
        left = None if ends_at is None else ends_at - now
        if left is None or left < -NEAR or left > timedelta(hours=hours) + NEAR:
            assert name not in rows
        elif NEAR < left < timedelta(hours=hours) - NEAR:
            assert moment(rows[name]["link_expires_at"]) == ends_at
            assert rows[name]["hours_left"] == pytest.approx(left / timedelta(hours=1), abs=0.2)
            assert rows[name]["expirations_left"] == account["expirations_left"]


def test_the_stuck_are_those_past_their_target(compared: ComparedDesk) -> None:
    rows = {row["client_account_id"]: row for row in compared.query("backlog/stuck")}
    now = datetime.now(UTC)
    expected, at_the_edge = set[str](), set[str]()
    for name, account in compared.truth.items():
        target, since = TARGET_HOURS.get(account["standing"]), moment(account["standing_since"])
        if target is None or since is None:
            continue
        overdue = now - since - timedelta(hours=target)
        if abs(overdue) < NEAR:
            at_the_edge.add(name)
        elif overdue > timedelta():
            expected.add(name)
        if name in rows:
            assert rows[name]["hours_overdue"] == pytest.approx(overdue / timedelta(hours=1), abs=0.2)
    assert expected
    assert set(rows) - at_the_edge == expected - at_the_edge


FINAL = {"active", "rejected", "liquidated", "closed"}
DAY = timedelta(hours=24)


def views_of(account: Account, now: datetime) -> set[str]:
    """The views of Backlog that list this account at that time."""
    return (
        _views_by_time(account, now)
        | _views_of_links(account)
        | _views_of_state(account)
        | _views_of_data(account, now)
    )


def _views_by_time(account: Account, now: datetime) -> set[str]:
    standing = account["standing"]
    if standing in FINAL:
        return set()
    left = due_at(account, now) - now
    if left >= timedelta():
        return {"open", "due"} if left < DAY else {"open"}
    return {"open", "late", f"late_{account['turn']}"}


def due_at(account: Account, now: datetime) -> datetime:
    """When an open account is late; the desk dates an undated standing by its first reading, just before ``now``."""
    since = moment(account["standing_since"]) or now - NEAR / 2
    return since + timedelta(hours=TARGET_HOURS[account["standing"]])


def _views_of_links(account: Account) -> set[str]:
    if account["standing"] != "verification":
        return set()
    state, used = account["link_state"], account["expirations_used"]
    is_live = state in {"live", "expiring"}
    found = {
        "verification": True,
        "live": is_live,
        "expiring": state == "expiring",
        "last": is_live and used == 2,
        "last_expiring": state == "expiring" and used == 2,
        "expired": state == "expired" and used < 3,
        "out_of_links": used == 3,
        "no_link": state == "unknown",
    }
    return {view for view, is_in in found.items() if is_in}


def _views_of_state(account: Account) -> set[str]:
    found = {"contradictions": account["contradiction"], "restricted": account["restricted_by_event"]}
    of_standing = {account["standing"]} & {"kyb_documents", "kyb_screening", "unrecognised"}
    return of_standing | {view for view, is_in in found.items() if is_in}


def _views_of_data(account: Account, now: datetime) -> set[str]:
    if account["standing"] in FINAL - {"active"}:
        return set()
    lacks_identity = [field for field in account["missing_fields"] if field.endswith(".identityDocument")]
    found = {
        "missing": bool(account["missing_fields"]),
        "identity": bool(lacks_identity),
        "documents": any(ends_within(one, now.date() + timedelta(days=30)) for one in current_documents(account)),
    }
    return {view for view, is_in in found.items() if is_in}


def ends_within(document: dict[str, Any], day: date) -> bool:
    expires_at = moment(document["expires_at"])
    return expires_at is not None and expires_at.date() <= day


def current_documents(account: Account) -> list[dict[str, Any]]:
    """The newest of each owner, type and side; of a business itself, of each requirement that it was made for."""
    newest: dict[tuple[object, ...], dict[str, Any]] = {}
    for document in sorted(account["document_details"], key=lambda one: str(one["created_at"])):
        is_of_business = account["is_entity"] and document["owner_id"] is None
        series = (document["meets"] or [document["description"]]) if is_of_business else [document["side"]]
        for one in series:
            newest[document["owner_id"], document["document_type"], one] = document
    return list({one["document_id"]: one for one in newest.values()}.values())


def members_of_views(compared: ComparedDesk) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """By view, who is certainly in it, and who may be: time alone moves some while these tests run."""
    now = datetime.now(UTC)
    least, most = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for name, account in compared.truth.items():
        around = [views_of(account, now + shift) for shift in (-NEAR, timedelta(), NEAR)]
        for view in set.intersection(*around) if not compared.is_about_to_turn(account) else set[str]():
            least[view].add(name)
        for view in set.union(*around):
            most[view].add(name)
    return least, most


def test_the_number_of_each_view_of_backlog_agrees(compared: ComparedDesk) -> None:
    (counts,) = compared.query("backlog/counts")
    least, most = members_of_views(compared)
    sizes = {view: (len(least[view]), counts[view], len(most[view])) for view in counts if view in most}
    assert {view: size for view, size in sizes.items() if size != tuple(sorted(size))} == {}
    unseen = {view for view in counts if view not in most and not view.endswith(("_at", "_total"))}
    assert {view: counts[view] for view in unseen} == dict.fromkeys(unseen, 0)
    assert unseen <= {"kyb_ready", "unsettled", "rejected_later", "last_expiring", "awaiting_second"}, (
        "each other view has somebody"
    )


def test_each_view_of_backlog_lists_whom_the_truth_has_in_it(compared: ComparedDesk) -> None:
    least, most = members_of_views(compared)
    wrong = dict[str, set[str]]()
    with open_desk(compared.folder / "truth.duckdb") as desk:
        for view in (code for code, shown in VIEWS.items() if not shown.are_actions):
            listed = set(desk.backlog.list(view).arrow["client_account_id"].to_pylist())
            wrong |= {view: odd} if (odd := (least[view] - listed) | (listed - most[view])) else {}
    assert wrong == {}


def was_open(account: Account, then: datetime) -> bool | None:
    """Whether it had no final standing then; None if it was cleared before and has another standing since."""
    since, milestones = moment(account["standing_since"]), account["milestones"]
    opened_at, cleared_at = moment(account["created_at"]), moment(milestones["cleared"])
    was_cleared = "cleared" in milestones["undated"] or (cleared_at is not None and cleared_at <= then)
    if opened_at is None or opened_at > then:
        return False
    if since is None or since <= then:
        return account["standing"] not in FINAL
    return None if was_cleared else True


def test_how_much_was_open_on_each_of_the_last_days_agrees(compared: ComparedDesk) -> None:
    rows = compared.query("backlog/trends")
    assert len(rows) == 14
    for row in rows:
        then = moment(row["moment"])
        assert then is not None
        around = [{was_open(one, then + shift) for shift in (-NEAR, NEAR)} for one in compared.truth.values()]
        least, most = around.count({True}), sum(answers != {False} for answers in around)
        assert least <= row["open"] <= most, row["moment"]
        assert 0 < most < least + 0.02 * TRUTH_ACCOUNTS, "the truth leaves little open"


def test_missing_fields_agree(compared: ComparedDesk) -> None:
    found = Counter((row["client_account_id"], row["field"]) for row in compared.query("quality/missing_fields"))
    expected = Counter((name, field) for name, account in compared.truth.items() for field in account["missing_fields"])
    assert expected
    assert found - expected == Counter()
    assert expected - found == Counter()


def test_checklists_agree(compared: ComparedDesk) -> None:
    rows = compared.query("kyb/checklist")
    found = {(row["client_account_id"], row["requirement"], row["client_owner_id"]): row["is_met"] for row in rows}
    expected = {
        (name, line["requirement"], line["client_owner_id"]): line["is_met"]
        for name, account in compared.truth.items()
        for line in account["checklist"]
    }
    assert {True, False} == set(expected.values())
    assert found == expected
    assert len(found) == len(rows)
    assert all(row["reason"] for row in rows)


@dataclass(frozen=True)
class FunnelAccount:
    """One account of a funnel: when it entered, and the moment (None = undated) of each step it reached."""

    name: str
    entered_at: datetime
    reached: dict[str, datetime | None]

    def nested(self, steps: list[str], window: timedelta | None) -> list[str]:
        """Return the steps that count: each reached within the window (or undated), and all before it."""
        counted = []
        for step in steps:
            at = self.reached.get(step, self.entered_at)
            is_late = window is not None and at is not None and at - self.entered_at > window
            if step not in self.reached or is_late:
                break
            counted.append(step)
        return counted

    def hours_to(self, step: str) -> float | None:
        at = self.reached[step]
        return None if at is None else rounded_up(at - self.entered_at)


def cohort(compared: ComparedDesk, path: str) -> list[FunnelAccount]:
    return [
        funnel_account(name, account)
        for name, account in compared.truth.items()
        if account["is_entity"] == (path == "entity")
    ]


def funnel_account(name: str, account: Account) -> FunnelAccount:
    milestones = account["milestones"]
    reached: dict[str, datetime | None] = {
        step: moment(milestones[step]) for step in PATHS["entity"] if milestones[step] is not None
    }
    reached |= dict.fromkeys(milestones["undated"])
    entered_at = moment(milestones["opened"])
    assert entered_at is not None
    return FunnelAccount(name, entered_at, reached)


@pytest.mark.parametrize("window_days", [30, 7])
@pytest.mark.parametrize("path", ["individual", "entity"])
def test_funnel_steps_agree(compared: ComparedDesk, path: str, window_days: int) -> None:
    rows = compared.query("funnel/steps", f"path={path}", f"window_days={window_days}")
    window, now, steps = timedelta(days=window_days), datetime.now(UTC), PATHS[path]
    assert [row["step"] for row in rows] == steps
    assert [row["ordinal"] for row in rows] == [1, 2, 3, 4, 5][: len(steps)]
    people = cohort(compared, path)
    counted = {one.name: one.nested(steps, window) for one in people}
    is_mature = {one.name: one.entered_at + window <= now for one in people}
    at_the_edge = [one.name for one in people if abs(one.entered_at + window - now) < NEAR]
    assert at_the_edge == [], "an account ripens during the test: choose another seed"
    for place, row in enumerate(rows):
        there = [one for one in people if row["step"] in counted[one.name]]
        dated = [one for one in there if one.reached[row["step"]] is not None]
        undated = {one.name for one in there} - {one.name for one in dated}
        datable = [one for one in people if is_mature[one.name] and one.name not in undated]
        before = [one for one in datable if place and steps[place - 1] in counted[one.name]]
        mature = sum(is_mature[one.name] for one in dated)
        hours = sorted(h for one in dated if (h := one.hours_to(row["step"])) is not None)
        assert row["accounts"] == len(there)
        assert row["undated"] == len(undated)
        assert row["accounts_mature"] == mature
        assert row["entered_mature"] == sum(is_mature.values())
        assert row["entered_immature"] == len(people) - sum(is_mature.values())
        assert row["share_of_entered"] == share(mature, len(datable))
        assert row["share_of_previous"] == (share(mature, len(before)) if place else None)
        assert row["median_hours"] == (pytest.approx(statistics.median(hours)) if hours else None)
        assert row["p90_hours"] == (pytest.approx(interpolated(hours, 0.9)) if hours else None)


def share(part: int, whole: int) -> object:
    return pytest.approx(part / whole) if whole else None


def interpolated(ordered: list[float], quantile: float) -> float:
    place = quantile * (len(ordered) - 1)
    low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
    return low + (high - low) * (place - math.floor(place))


@pytest.mark.parametrize("path", ["individual", "entity"])
def test_funnel_times_agree(compared: ComparedDesk, path: str) -> None:
    rows = compared.query("funnel/times", f"path={path}")
    now, steps, people = datetime.now(UTC), PATHS[path], cohort(compared, path)
    assert {(row["step"], row["hours"]) for row in rows} >= {(step, h) for step in steps for h in (1, 24, 72, 168)}
    for row in rows:
        step, span = row["step"], timedelta(hours=row["hours"])
        is_reached = {one.name: step in one.nested(steps, None) for one in people}
        asked = [
            one
            for one in people
            if one.entered_at + span <= now and not (is_reached[one.name] and one.reached[step] is None)
        ]
        done = [one for one in asked if is_reached[one.name] and (one.reached[step] or now) - one.entered_at <= span]
        assert row["accounts"] == len(asked), row
        assert row["share_done"] == share(len(done), len(asked)), row


@pytest.mark.parametrize("path", ["individual", "entity"])
def test_the_verification_branch_adds_up_to_everyone_who_had_to_verify(compared: ComparedDesk, path: str) -> None:
    rows = compared.query("funnel/verification_branch", f"path={path}")
    archive = (compared.folder / "events.jsonl").read_text(encoding="utf-8").splitlines()
    bodies = [json.loads(line)["body"] for line in archive]
    final = ("CLOSED", "LIQUIDATED", "ACTIVE")
    asked = {
        body["partnerPartyRef"]
        for body in bodies
        if body.get("reasonCode") == "DOCUMENT_VERIFICATION" and body.get("partyStatus") not in final
    }
    expected = Counter(
        account["standing"]
        for name, account in compared.truth.items()
        if name in asked and account["is_entity"] == (path == "entity")
    )
    assert expected
    assert {row["standing"]: row["accounts"] for row in rows} == dict(expected)


def test_a_cohort_is_cut_at_midnight_utc_with_until_left_out(compared: ComparedDesk) -> None:
    since, until = datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 10, 12, tzinfo=UTC)
    days = sorted(one.entered_at for one in cohort(compared, "individual"))
    since = days[len(days) // 3].replace(hour=0, minute=0, second=0, microsecond=0)
    until = since + timedelta(days=14)
    rows = compared.query(
        "funnel/steps", "path=individual", f"since={since:%Y-%m-%d}", f"until={until:%Y-%m-%d}", "window_days=30"
    )
    expected = sum(since <= day < until for day in days)
    assert expected
    assert rows[0]["accounts"] == expected


def keys_of(account: Account, payload: dict[str, Any]) -> list[str]:
    """What somebody may type to find the account."""
    owner = payload["request"]["owners"][0]
    name, person = account["display_name"], owner["identity"]
    keys = [
        account["client_account_id"],
        *(name, name.upper(), f"{person['givenName']} {person['familyName']}"),
        *(owner.get("emailAddress"), owner.get("phoneNumber"), owner.get("clientOwnerId")),
        *(payload["id"], *account["documents"][:1]),
    ]
    return [key for key in keys if key]


def test_search_finds_an_account_by_each_kind_of_key(compared: ComparedDesk) -> None:
    individual = next(a for a in compared.truth.values() if not a["is_entity"])
    entity = next(a for a in compared.truth.values() if a["is_entity"] and a["documents"])
    with open_desk(compared.folder / "truth.duckdb") as desk:
        for account in (individual, entity):
            name = account["client_account_id"]
            (row,) = desk.ask("accounts/payload", client_account_id=name).arrow.to_pylist()
            for term in keys_of(account, json.loads(row["account_json"])):
                found = desk.ask("accounts/search", term=term).arrow.to_pylist()
                rows = {row["client_account_id"]: row for row in found}
                assert name in rows, term
                assert (rows[name]["standing"], rows[name]["account_type"]) == (
                    account["standing"],
                    account["account_type"],
                )
            assert desk.ask("accounts/search", term=name).arrow.to_pylist()[0]["client_account_id"] == name


def test_search_takes_percent_and_underscore_as_letters(compared: ComparedDesk) -> None:
    for term in ("%", "_", "A_C"):
        for row in compared.query("accounts/search", f"term={term}"):
            assert term.lower() in row["client_account_id"].lower()


def test_the_run_is_recorded_with_the_requests_that_bakkt_counted(compared: ComparedDesk) -> None:
    runs = compared.query("sync/runs")
    latest = runs[0]
    counts = (latest["accounts_due"], latest["accounts_read"], latest["accounts_failed"])
    assert counts == (TRUTH_ACCOUNTS, TRUTH_ACCOUNTS, 0)
    started_at, finished_at = moment(latest["started_at"]), moment(latest["finished_at"])
    assert started_at is not None
    assert finished_at is not None
    assert started_at < finished_at <= compared.told_at
    calls = compared.sandbox.json("/sandbox/calls")["operations"]
    assert sum(run_["requests"] for run_ in runs) == sum(calls.values())
    documents = {document for account in compared.truth.values() for document in account["documents"]}
    assert calls["retrieveDocumentMetadata"] == len(documents), "each document is read once"


def test_every_time_ends_with_z_and_every_truth_value_is_a_boolean(compared: ComparedDesk) -> None:
    for row in compared.query("accounts/standing"):
        assert row["standing_since"].endswith("Z")
        assert row["can_trade_crypto"] in (True, False)
        assert isinstance(row["can_trade_crypto"], bool)
