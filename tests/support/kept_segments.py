"""Segments of chosen accounts."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from tests.support.facts import NOW
from workbench.store import Store
from workbench.store.records.segments import Segment


def keep_segment(store: Store, code: str, client_account_ids: Iterable[str]) -> str:
    """Save a segment of exactly these accounts, and return its code."""
    ids = json.dumps(list(client_account_ids))
    segment = Segment(code, f"Segment {code}", "accounts/named", {"client_account_ids": ids}, is_frozen=True)
    store.save_segment(segment, "Ann", NOW)
    return code


@contextmanager
def kept_segment(store: Store, code: str, client_account_ids: Iterable[str]) -> Iterator[str]:
    """The same while a test runs, in a store that other tests use after it."""
    try:
        yield keep_segment(store, code, client_account_ids)
    finally:
        store.remove_segment(code)
