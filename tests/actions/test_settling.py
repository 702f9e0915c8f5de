"""Lost responses are settled by reading back; what cannot be determined waits for the next attempt or a person."""

from tests.support.action_work import lost, seen, work
from tests.support.link_harness import LinkHarness
from tests.support.settling import settle_unknown
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktUnreachable
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import ActionRecord, Settlement


async def cannot_tell(_record: ActionRecord, _client: BakktClient) -> Settlement | None:
    return None


async def away(_record: ActionRecord, _client: BakktClient) -> Settlement | None:
    raise BakktUnreachable("Bakkt is away.")


def test_what_a_reader_sees_is_settled_and_the_slot_is_open_again(harness: LinkHarness, name: str) -> None:
    lost(harness, ActionKind.UPDATE_ACCOUNT, name)
    lost(harness, ActionKind.TRIGGER_KYB, name)
    assert settle_unknown(harness.actions, {ActionKind.UPDATE_ACCOUNT: seen}) == 1
    rows = {row["kind"]: row for row in harness.log(name)}
    assert (rows["update_account"]["outcome"], rows["update_account"]["settled_by"]) == ("accepted", "reading")
    assert rows["trigger_kyb"]["outcome"] == "unknown"
    assert harness.actions.perform(work(ActionKind.UPDATE_ACCOUNT, name, key="next")).outcome is Outcome.ACCEPTED


def test_what_cannot_be_told_yet_stays_open(harness: LinkHarness, name: str) -> None:
    lost(harness, ActionKind.UPDATE_ACCOUNT, name)
    for reader in (cannot_tell, away):
        assert settle_unknown(harness.actions, {ActionKind.UPDATE_ACCOUNT: reader}) == 0
    assert harness.log(name)[0]["outcome"] == "unknown"
    assert settle_unknown(harness.actions, {ActionKind.UPDATE_ACCOUNT: seen}) == 1


def test_a_person_who_was_faster_has_the_last_word(harness: LinkHarness, name: str) -> None:
    action_id = lost(harness, ActionKind.UPDATE_ACCOUNT, name)

    async def too_late(_record: ActionRecord, _client: BakktClient) -> Settlement | None:
        harness.actions.settle_by_person(action_id, Outcome.NOT_SENT, "Bakkt wrote so")
        return Settlement(Outcome.ACCEPTED, "reading", "It is there.")

    assert settle_unknown(harness.actions, {ActionKind.UPDATE_ACCOUNT: too_late}) == 0
    assert harness.log(name)[0]["outcome"] == "not_sent"


def test_with_nothing_open_bakkt_is_not_asked(harness: LinkHarness, name: str) -> None:
    harness.actions.perform(work(ActionKind.UPDATE_ACCOUNT, name))
    before = sum(harness.sandbox.calls()["operations"].values())
    assert settle_unknown(harness.actions, {ActionKind.UPDATE_ACCOUNT: seen}) == 0
    assert sum(harness.sandbox.calls()["operations"].values()) == before
