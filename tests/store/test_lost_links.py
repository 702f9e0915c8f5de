"""Links that earlier versions left out because their expiry was missing or could not be read."""

from dataclasses import replace
from pathlib import Path

from tests.support.facts import NOW, ahead, as_naive, must_verify
from tests.support.tables import change
from workbench.store import Source, Store


def test_links_that_an_earlier_version_left_out_are_there_after_the_next_start(
    database_path: Path, source: Source
) -> None:
    account, told, body = must_verify("A", NOW, ahead(10))
    store = Store.open(database_path, source)
    store.land_events([(account, replace(told, link_expires_at=None), body)])
    change(store, "delete from links", {})
    change(store, "update accounts set link_expires_at = null", {})
    store.close()
    again = Store.open(database_path, source)
    (link,) = again.read_rows("accounts/links", client_account_id="A")
    assert (link["expires_at"], link["is_expiry_assumed"]) == (as_naive(ahead(72)), True)
    assert again.read_rows("accounts/one", client_account_id="A")[0]["link_url"] == told.link_url
    again.close()
