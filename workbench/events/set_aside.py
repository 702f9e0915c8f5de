"""Replaying deliveries that were set aside: those that newer code can read are counted and removed from there."""

from collections.abc import Iterator
from dataclasses import dataclass

from workbench.domain.errors import StoreError
from workbench.domain.facts import PartyEvent
from workbench.events.ingestion import classify, read_delivery
from workbench.store import SetAsideEvent, Store


@dataclass(frozen=True, slots=True)
class SetAsideReplay:
    """The result of replaying deliveries that were set aside."""

    counted: int
    repeated: int
    still_set_aside: int


def replay_set_aside(store: Store, at_once: int = 200) -> SetAsideReplay:
    """Retries every delivery that was set aside, at its original time of receipt; one that still fails stays.

    Raises StoreError if they cannot be read.
    """
    results = [_replay(store, stored) for stored in _all_set_aside(store, at_once)]
    return SetAsideReplay(results.count(1), results.count(0), results.count(None))


def _all_set_aside(store: Store, at_once: int) -> Iterator[SetAsideEvent]:
    last: SetAsideEvent | None = None
    while some := store.read_set_aside(last, at_once):
        yield from some
        last = some[-1]


def _replay(store: Store, stored: SetAsideEvent) -> int | None:
    """1 if it was counted, 0 if it was counted before, None if it stays set aside."""
    event = _event_in(stored)
    if event is None:
        return None
    try:
        return store.count_set_aside(event, stored.content_hash)
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 -- it stays set aside with its reason, and the next one is tried
        return None


def _event_in(stored: SetAsideEvent) -> tuple[str, PartyEvent, str] | None:
    raw = stored.raw if stored.raw is not None else (stored.body or "").encode()
    delivery = read_delivery(stored.received_at, raw)
    classified = delivery if isinstance(delivery, SetAsideEvent) else classify(delivery)
    return None if isinstance(classified, SetAsideEvent) else classified
