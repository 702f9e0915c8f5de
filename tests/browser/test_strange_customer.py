"""A customer whose ids and names are Markdown, on every page of the workbench in a browser: nothing but text."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.support.browser_screen import Screen
from tests.support.facts import document, must_verify, owner, poll
from tests.support.strange_texts import COMPOUND
from tests.support.workbench_server import running_workbench
from workbench.store import Source, Store

pytestmark = pytest.mark.slow

PERSON, COMPANY = f"person {COMPOUND}", f"company {COMPOUND}"
MADE_OF_A_TEXT = "[data-testid=stMain] :is(a, img, link, iframe, script)[src*=evil], [data-testid=stMain] a[href^=http]"


def land_strange_customers(store: Store) -> None:
    now = datetime.now(UTC)
    owners = (owner(COMPOUND, given_name=COMPOUND, email_address=COMPOUND),)
    papers = [document("PASSPORT", client_owner_id=COMPOUND, description=COMPOUND, client_document_id="d-1")]
    body = json.dumps({"request": {COMPOUND: COMPOUND, "owners": [{"identity": {"givenName": COMPOUND}}]}})
    store.land_registry([PERSON, COMPANY], "file")
    person = poll(PERSON, now, owners=owners, documents=papers, missing_fields=["owners[0].phoneNumber"])
    company = poll(COMPANY, now, account_type="ENTITY", owners=owners, documents=papers, entity_name=COMPOUND)
    store.land_readings([replace(one, account_json=body) for one in (person, company)])
    store.land_events([must_verify(PERSON, now - timedelta(hours=2), now + timedelta(hours=20))])


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("strange")
    store = Store.open(folder / "workbench.duckdb", Source("the sandbox", ""))
    land_strange_customers(store)
    store.close()
    with running_workbench(folder, port, SANDBOX_ACCOUNTS=5, SYNC_INTERVAL_MINUTES=0) as url:
        yield url


PAGES = [
    "/?view=open",
    "/?view=missing",
    "/verification",
    "/funnel",
    "/data",
    "/actions",
    "/kyb",
    "/documents",
    f"/customers?q={quote(COMPOUND)}",
    *(
        f"/{page}?account={quote(account)}"
        for account in (PERSON, COMPANY)
        for page in ("customers", "documents", "update", "backfill", "link", "kyb")
    ),
]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path[:20])
def test_no_page_makes_anything_of_a_customers_text(screen: Screen, path: str) -> None:
    screen.open(path)
    if "account=" in path:
        expect(screen.page.get_by_test_id("stMain")).to_contain_text(COMPOUND)
    screen.page.locator("details:not([open]) summary").evaluate_all("all => all.forEach(one => one.click())")
    screen.settle()
    assert screen.page.locator(MADE_OF_A_TEXT).count() == 0
    assert screen.strangers == []


def test_a_button_that_names_an_owner_reads_as_the_id(screen: Screen) -> None:
    screen.open(f"/documents?account={quote(PERSON)}&owner={quote(COMPOUND)}&type=PASSPORT")
    expect(screen.by_key("wb-upload-send").get_by_role("button")).to_have_text(f"Upload the passport of {COMPOUND}")
    assert COMPOUND in screen.page.get_by_role("main").get_by_role("combobox").nth(1).input_value()
    assert screen.strangers == []
