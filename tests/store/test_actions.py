"""Action records: checked and written in one transaction, completed with the result, never left as ``sent``."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.facts import NOW, ago, ahead, as_naive, landed_event, must_verify, poll
from workbench.domain.actions import Blocker, Plan
from workbench.domain.errors import InputError
from workbench.domain.facts import KybStart, LinkAnswer
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import (
    Begun,
    Completion,
    DocumentDate,
    Effects,
    ReadRows,
    Settlement,
    Source,
    Store,
)

URL = "https://verify.example.test/new"
NO = Blocker("no", "Not now", "A rule says no.")


def free(_read: ReadRows) -> Blocker | None:
    return None


def plan(key: str = "k", kind: ActionKind = ActionKind.REQUEST_LINK, account: str = "A", slot: str = "") -> Plan:
    return Plan(
        kind, account, key, slot=slot, what={"side": "FRONT"}, reason="She is here", changed_fields=("phone", "city")
    )


def start_fresh(store: Store, one: Plan, action_id: str = "a1", at: datetime = NOW) -> Begun | Blocker:
    return store.begin_action(action_id, one, "Ann", at, free)


def log(store: Store) -> dict[str, object]:
    return store.read_rows("actions/log")[0]


def request(store: Store, account: str = "A") -> dict[str, object]:
    return store.read_rows("accounts/link_request", client_account_id=account)[0]


@pytest.fixture
def asked(desk: Store) -> Store:
    """An account in verification whose only link has expired, with a request for a new one in flight."""
    desk.land_events([must_verify("A", ago(80), ago(8))])
    assert isinstance(start_fresh(desk, plan()), Begun)
    return desk


THREE_DAYS_ON = ahead(72)


def answer(expires_at: datetime = THREE_DAYS_ON) -> Effects:
    return Effects(link_answers=(LinkAnswer(NOW + timedelta(seconds=1), URL, expires_at),))


def test_a_record_is_written_before_anything_is_sent_and_found_again(asked: Store) -> None:
    record = asked.find_action("a1")
    assert record is not None
    assert (record.kind, record.client_account_id, record.actor) == (ActionKind.REQUEST_LINK, "A", "Ann")
    assert (record.outcome, record.started_at, record.finished_at) == (Outcome.SENT, NOW, None)
    assert (record.what, record.reason, record.changed_fields) == ({"side": "FRONT"}, "She is here", ("phone", "city"))
    assert asked.find_action("nobody") is None


def test_the_log_has_the_columns_of_the_issue(asked: Store) -> None:
    row = log(asked)
    assert list(row)[:12] == [
        "started_at",
        "actor",
        "client_account_id",
        "display_name",
        "kind",
        "outcome",
        "changed_fields",
        "bakkt_words",
        "finished_at",
        "reason",
        "settled_by",
        "action_id",
    ]
    assert (row["started_at"], row["changed_fields"], row["outcome"]) == (as_naive(NOW), "phone, city", "sent")
    assert asked.read_rows("actions/log", since="2026-11-18") == [row]
    assert asked.read_rows("actions/log", since="2026-11-19") == []
    assert asked.read_rows("actions/log", client_account_id="B") == []


def test_the_log_comes_in_pages_newest_first_and_its_outcomes_are_counted(desk: Store) -> None:
    ended = (Outcome.ACCEPTED, Outcome.REFUSED, Outcome.ACCEPTED, Outcome.NOT_SENT, Outcome.ACCEPTED)
    for number, outcome in enumerate(ended):
        start_fresh(desk, plan(f"k{number}", ActionKind.UPDATE_ACCOUNT, f"A{number}"), f"a{number}", ago(number))
        desk.complete_action(f"a{number}", Completion(outcome), ago(number) + timedelta(seconds=1))
    everything = desk.read_rows("actions/log")
    assert [row["action_id"] for row in everything] == ["a0", "a1", "a2", "a3", "a4"]
    pages = [desk.read_rows("actions/log", limit=2, offset=start) for start in (0, 2, 4)]
    assert [row for page in pages for row in page] == everything
    assert desk.read_rows("actions/outcomes") == [
        {"outcome": "accepted", "actions": 3},
        {"outcome": "not_sent", "actions": 1},
        {"outcome": "refused", "actions": 1},
    ]
    assert desk.read_rows("actions/outcomes", outcome="accepted", client_account_id="A2") == [
        {"outcome": "accepted", "actions": 1}
    ]


def test_one_review_confirmed_again_gives_the_record_of_then(asked: Store) -> None:
    again = start_fresh(asked, plan("k"), "a2")
    assert isinstance(again, Begun)
    assert not again.is_new
    assert again.record.action_id == "a1"
    asked.complete_action("a1", Completion(Outcome.REFUSED), NOW)
    later = start_fresh(asked, plan("k"), "a3")
    assert isinstance(later, Begun)
    assert (later.is_new, later.record.outcome) == (False, Outcome.REFUSED)
    assert asked.find_action("a2") is None
    assert asked.find_action("a3") is None


@pytest.mark.parametrize("outcome", [None, Outcome.UNKNOWN])
def test_another_review_meets_the_open_one(asked: Store, outcome: Outcome | None) -> None:
    if outcome:
        asked.complete_action("a1", Completion(outcome), NOW)
    found = start_fresh(asked, plan("other"), "a2")
    assert isinstance(found, Blocker)
    assert found.code == "open_action"
    assert "Ann" in found.words


@pytest.mark.parametrize("outcome", [Outcome.ACCEPTED, Outcome.REFUSED, Outcome.NOT_SENT])
def test_a_closed_action_blocks_nothing(asked: Store, outcome: Outcome) -> None:
    asked.complete_action("a1", Completion(outcome), NOW)
    found = start_fresh(asked, plan("other"), "a2")
    assert isinstance(found, Begun)
    assert found.is_new


@pytest.mark.parametrize(
    "other",
    [
        plan("o", account="B"),
        plan("o", kind=ActionKind.TRIGGER_KYB),
        plan("o", slot="o1|PASSPORT|FRONT"),
    ],
    ids=["another account", "another kind", "another slot"],
)
def test_an_open_action_closes_its_own_slot_alone(asked: Store, other: Plan) -> None:
    found = start_fresh(asked, other, "a2")
    assert isinstance(found, Begun)
    assert found.is_new


def test_the_two_sides_of_one_review_are_two_actions(desk: Store) -> None:
    for number, side in enumerate(("FRONT", "BACK")):
        found = start_fresh(
            desk, plan("k", ActionKind.UPLOAD_DOCUMENT, slot=f"o1|DRIVERS_LICENSE|{side}"), f"a{number}"
        )
        assert isinstance(found, Begun)
        assert found.is_new


def test_what_the_rule_finds_leaves_no_record(desk: Store) -> None:
    assert desk.begin_action("a1", plan(), "Ann", NOW, lambda _read: NO) == NO
    assert desk.read_rows("actions/log") == []


def test_the_rule_reads_within_the_transaction(desk: Store) -> None:
    desk.land_events([must_verify("A", ago(1), ahead(71))])
    seen: list[object] = []

    def look(read: ReadRows) -> Blocker | None:
        seen.append(read("accounts/link_request", client_account_id="A")[0]["standing"])
        return None

    desk.begin_action("a1", plan(), "Ann", NOW, look)
    assert seen == ["verification"]


def test_a_rule_that_fails_leaves_no_record(desk: Store) -> None:
    def broken(read: ReadRows) -> Blocker | None:
        read("accounts/link_request")
        return None

    with pytest.raises(InputError):
        desk.begin_action("a1", plan(), "Ann", NOW, broken)
    assert desk.read_rows("actions/log") == []


def test_the_outcome_and_the_link_come_together(asked: Store) -> None:
    version = asked.data_version
    record = asked.complete_action("a1", Completion(Outcome.ACCEPTED, effects=answer()), NOW)
    assert asked.data_version == version + 1
    assert (record.outcome, record.finished_at) == (Outcome.ACCEPTED, NOW)
    assert (record.link_expires_at, record.is_link_old) == (ahead(72), False)
    account = asked.read_rows("accounts/one", client_account_id="A")[0]
    assert (account["link_url"], account["link_state"], account["expirations_used"]) == (URL, "live", 1)
    assert account["turn"] == "customer"


def test_an_answer_with_the_old_link_is_told_apart(desk: Store) -> None:
    desk.land_events([must_verify("A", ago(80), ago(0.01), url=URL)])
    start_fresh(desk, plan())
    record = desk.complete_action("a1", Completion(Outcome.ACCEPTED, effects=answer(ago(0.01))), NOW)
    assert record.is_link_old
    assert len(desk.read_rows("accounts/links", client_account_id="A")) == 1


def test_an_event_that_tells_the_answered_link_again_adds_none(asked: Store) -> None:
    asked.complete_action("a1", Completion(Outcome.ACCEPTED, effects=answer()), NOW)
    asked.land_events([must_verify("A", NOW + timedelta(seconds=5), ahead(72), url=URL)])
    assert len(asked.read_rows("accounts/links", client_account_id="A")) == 2
    record = asked.find_action("a1")
    assert record is not None
    assert not record.is_link_old


def test_an_answered_link_survives_the_next_reading(asked: Store) -> None:
    asked.complete_action("a1", Completion(Outcome.ACCEPTED, effects=answer()), NOW)
    asked.land_readings([poll("A", NOW)])
    assert request(asked)["link_expires_at"] == as_naive(ahead(72))


def test_what_is_complete_is_not_completed_again(asked: Store) -> None:
    asked.complete_action("a1", Completion(Outcome.REFUSED, bakkt_words="no"), NOW)
    record = asked.complete_action("a1", Completion(Outcome.ACCEPTED, effects=answer()), NOW)
    assert (record.outcome, record.link_expires_at) == (Outcome.REFUSED, None)


def test_bakkts_words_are_kept_by_field(asked: Store) -> None:
    completion = Completion(Outcome.REFUSED, "Not valid", (("owners[0].taxId", "has the wrong form"),), "A note.")
    asked.complete_action("a1", completion, NOW)
    record = asked.find_action("a1")
    assert record is not None
    assert (record.bakkt_words, record.refusals) == ("Not valid", (("owners[0].taxId", "has the wrong form"),))
    assert log(asked)["note"] == "A note."


def test_a_lost_request_holds_one_of_the_budget(asked: Store) -> None:
    before = request(asked)
    assert (before["expirations_left"], before["lost_link_requests"]) == (2, 0)
    asked.complete_action("a1", Completion(Outcome.UNKNOWN), NOW)
    after = request(asked)
    assert (after["expirations_left"], after["lost_link_requests"], after["expirations_used"]) == (1, 1, 1)
    assert (after["open_outcome"], after["open_actor"]) == ("unknown", "Ann")
    asked.land_readings([poll("A", NOW)])
    assert request(asked)["lost_link_requests"] == 1
    assert asked.read_rows("verification/backlog")[0]["expirations_left"] == 1


def test_the_budget_is_never_below_nothing(desk: Store) -> None:
    ends = [ago(200), ago(120), ago(40)]
    desk.land_events([must_verify("A", end - timedelta(hours=72), end, url=f"u{end}") for end in ends])
    start_fresh(desk, plan())
    desk.complete_action("a1", Completion(Outcome.UNKNOWN), NOW)
    assert request(desk)["expirations_left"] == 0


def test_an_account_is_out_of_links_when_three_expired_not_while_a_request_is_lost(desk: Store) -> None:
    """DESK.md, "Links": the lost request may be settled, so Bakkt may still issue the third link."""
    ends = [ago(120), ago(40)]
    desk.land_events([must_verify("A", end - timedelta(hours=72), end, url=f"u{end}") for end in ends])
    start_fresh(desk, plan())
    desk.complete_action("a1", Completion(Outcome.UNKNOWN), NOW)
    (row,) = desk.read_rows("verification/backlog")
    assert (row["expirations_left"], row["is_used_up"], row["needs_new_link"]) == (0, False, False)
    assert desk.read_rows("today/summary")[0]["links_used_up"] == 0
    assert desk.read_rows("verification/used_up") == []


def test_a_lost_request_is_settled_when_its_link_is_seen(asked: Store) -> None:
    asked.complete_action("a1", Completion(Outcome.UNKNOWN), NOW)
    asked.land_events([must_verify("A", NOW + timedelta(seconds=2), ahead(72), url=URL)])
    record = asked.find_action("a1")
    assert record is not None
    assert (record.outcome, record.settled_by) == (Outcome.ACCEPTED, "reading")
    assert record.settled_at is not None
    assert (request(asked)["lost_link_requests"], request(asked)["expirations_left"]) == (0, 2)
    assert asked.read_rows("actions/unsettled") == []


def test_a_link_that_came_before_the_answer_was_lost_settles_it_at_once(asked: Store) -> None:
    asked.land_events([must_verify("A", NOW + timedelta(seconds=2), ahead(72), url=URL)])
    record = asked.complete_action("a1", Completion(Outcome.UNKNOWN), NOW)
    assert (record.outcome, record.settled_by) == (Outcome.ACCEPTED, "reading")
    assert request(asked)["lost_link_requests"] == 0


def test_the_old_link_told_once_more_settles_nothing(desk: Store) -> None:
    desk.land_events([must_verify("A", ago(80), ago(8), url=URL)])
    start_fresh(desk, plan())
    desk.complete_action("a1", Completion(Outcome.UNKNOWN), NOW)
    desk.land_events([must_verify("A", NOW + timedelta(seconds=2), ago(8), url=URL)])
    desk.land_events([landed_event("A", NOW + timedelta(seconds=3), "UNDER_REVIEW", "DOCUMENT_VERIFICATION")])
    assert request(desk)["lost_link_requests"] == 1


def test_a_person_settles_an_unknown_one_once(asked: Store) -> None:
    asked.complete_action("a1", Completion(Outcome.UNKNOWN), NOW)
    record = asked.settle_action("a1", Settlement(Outcome.NOT_SENT, "Ben", "Bakkt says so"), NOW)
    assert (record.outcome, record.settled_by, record.settled_at) == (Outcome.NOT_SENT, "Ben", NOW)
    assert request(asked)["lost_link_requests"] == 0
    with pytest.raises(InputError):
        asked.settle_action("a1", Settlement(Outcome.ACCEPTED, "Ann", "Again"), NOW)


@pytest.mark.parametrize("outcome", [None, Outcome.ACCEPTED, Outcome.REFUSED])
def test_only_what_is_unknown_can_be_settled(asked: Store, outcome: Outcome | None) -> None:
    if outcome:
        asked.complete_action("a1", Completion(outcome), NOW)
    with pytest.raises(InputError):
        asked.settle_action("a1", Settlement(Outcome.ACCEPTED, "Ben", "I saw it"), NOW)
    with pytest.raises(InputError):
        asked.settle_action("nothing", Settlement(Outcome.ACCEPTED, "Ben", "I saw it"), NOW)


def test_an_answer_brings_a_screen_a_registration_and_a_documents_date(desk: Store) -> None:
    start_fresh(desk, plan(kind=ActionKind.TRIGGER_KYB, account="E"))
    effects = Effects(kyb_starts=(KybStart(NOW),), document_dates=(DocumentDate("d1", NOW),), registers_account=True)
    desk.land_readings([poll("E", ago(5), account_type="ENTITY")])
    desk.complete_action("a1", Completion(Outcome.ACCEPTED, effects=effects), NOW)
    account = desk.read_rows("accounts/one", client_account_id="E")[0]
    assert (account["standing"], account["origin"]) == ("kyb_screening", "opened here")


@pytest.fixture
def open_store(database_path: Path, source: Source) -> Iterator[Callable[[], Store]]:
    opened: list[Store] = []

    def reopen() -> Store:
        for store in opened:
            store.database.abandon()
        opened[:] = [Store.open(database_path, source)]
        return opened[0]

    yield reopen
    for store in opened:
        store.close()


def test_what_a_killed_process_left_is_unknown_at_the_next_start(open_store: Callable[[], Store]) -> None:
    store = open_store()
    now = datetime.now(UTC)
    event = must_verify("A", now - timedelta(hours=80), now - timedelta(hours=8))
    store.land_events([event])
    start_fresh(store, plan(), at=now)
    start_fresh(store, plan(kind=ActionKind.UPLOAD_DOCUMENT, slot="s"), "a2", at=now)
    again = open_store()
    assert {row["outcome"] for row in again.read_rows("actions/unsettled")} == {"unknown"}
    record = again.find_action("a1")
    assert record is not None
    assert record.finished_at is not None
    assert "stopped" in record.note
    assert request(again)["lost_link_requests"] == 1


def test_opening_writes_nothing_where_nothing_was_interrupted(open_store: Callable[[], Store]) -> None:
    store = open_store()
    start_fresh(store, plan())
    store.complete_action("a1", Completion(Outcome.ACCEPTED), NOW)
    assert open_store().data_version == 0
    assert open_store().data_version == 0


def test_what_counts_as_not_sent_can_be_corrected_by_what_was_seen(asked: Store) -> None:
    asked.complete_action("a1", Completion(Outcome.UNKNOWN), NOW)
    asked.settle_action("a1", Settlement(Outcome.NOT_SENT, "reading", "Nothing there"), NOW)
    with pytest.raises(InputError, match="no longer open"):
        asked.settle_action("a1", Settlement(Outcome.ACCEPTED, "Ben", "Bakkt says so"), NOW)
    record = asked.settle_action("a1", Settlement(Outcome.ACCEPTED, "reading", "Seen", is_correction=True), NOW)
    assert (record.outcome, record.settled_words) == (Outcome.ACCEPTED, "Seen")


@pytest.mark.parametrize("outcome", [Outcome.ACCEPTED, Outcome.REFUSED, Outcome.NOT_SENT, Outcome.UNKNOWN])
def test_nothing_else_can_be_corrected(asked: Store, outcome: Outcome) -> None:
    asked.complete_action("a1", Completion(outcome), NOW)
    with pytest.raises(InputError, match="no longer open"):
        asked.settle_action("a1", Settlement(Outcome.ACCEPTED, "reading", "Seen", is_correction=True), NOW)
