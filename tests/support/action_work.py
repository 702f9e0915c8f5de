"""Work of any kind for the actions to perform, and what it comes to: done, or an answer that was lost."""

from collections.abc import Awaitable, Callable

from tests.support.link_harness import LinkHarness
from workbench.actions import Work
from workbench.bakkt.client import BakktClient
from workbench.domain.actions import Blocker, Plan
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import ActionRecord, Completion, ReadRows, Settlement

Look = Callable[[BakktClient], Awaitable[Blocker | None]]


async def say_done(_client: BakktClient) -> Completion:
    return Completion(Outcome.ACCEPTED)


def work(
    kind: ActionKind = ActionKind.TRIGGER_KYB,
    account: str = "E-1",
    key: str = "k",
    send: Callable[[BakktClient], Awaitable[Completion]] = say_done,
    recheck: Look | None = None,
    reason: str = "",
    slot: str = "",
) -> Work:
    return Work(Plan(kind, account, key, slot=slot, reason=reason), no_blocker, send, recheck)


def no_blocker(_read: ReadRows) -> Blocker | None:
    return None


async def lose(_client: BakktClient) -> Completion:
    return Completion(Outcome.UNKNOWN)


async def seen(record: ActionRecord, client: BakktClient) -> Settlement | None:
    """Read the account; the action is done if the account exists."""
    await client.fetch_account(record.client_account_id)
    return Settlement(Outcome.ACCEPTED, "reading", "It is there.")


def lost(harness: LinkHarness, kind: ActionKind, name: str) -> str:
    record = harness.actions.perform(work(kind, name, key=kind, send=lose)).record
    assert record is not None
    return record.action_id
