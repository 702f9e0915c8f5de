"""Live updates: events arrive while people look, type and act, without a reload."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, expect

from tests.support.browser_screen import HEADER_HEIGHT, MARKER_WIDTH, Screen
from tests.support.running import RunningSandbox, credentials, running_sandbox
from tests.support.workbench_server import running_workbench
from workbench.ui.account.timeline import SHOWN_AT_ONCE

pytestmark = pytest.mark.slow

SECRET = "only-for-this-test"
VERIFY = {"partyStatus": "UNDER_REVIEW", "reasonCode": "DOCUMENT_VERIFICATION"}
SPEED = 12_960
"""At this speed a link lasts twenty seconds and Bakkt decides at once."""
EVENTS_PER_SECOND = 5
"""So that some land between any two looks of a page, which looks each second."""
ID_WIDTH = 132


@pytest.fixture(scope="module")
def fast_bakkt_and_desk(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[tuple[RunningSandbox, str]]:
    """A workbench, and a sandbox in its own process that sends it events by webhook."""
    folder = tmp_path_factory.mktemp("live")
    to_the_desk = ("--events-to", f"http://127.0.0.1:{port}/webhooks/bakkt", "--events-secret", SECRET)
    with running_sandbox(folder, "--accounts", "40", "--speed", str(SPEED), *to_the_desk) as bakkt:
        settings = credentials(
            bakkt.address, WEBHOOK_SCHEME="hmac", WEBHOOK_SECRETS=SECRET, SYNC_INTERVAL_MINUTES=0, WORKBENCH_ACTOR="Ann"
        )
        with running_workbench(folder, port, **settings) as url:
            yield bakkt, url


@pytest.fixture
def bakkt(fast_bakkt_and_desk: tuple[RunningSandbox, str]) -> RunningSandbox:
    return fast_bakkt_and_desk[0]


@pytest.fixture(scope="module")
def base_url(fast_bakkt_and_desk: tuple[RunningSandbox, str]) -> str:
    return fast_bakkt_and_desk[1]


def test_an_agent_sees_a_link_expire_sends_a_new_one_and_the_account_turns_active(
    bakkt: RunningSandbox, screen: Screen
) -> None:
    name = verifying_account(bakkt)
    screen.open(f"/customers?account={quote(name, safe='')}")
    expect(screen.answer).to_contain_text("Unknown account")
    screen.page.evaluate("window.isUntouched = true")
    tell(bakkt, name, VERIFY)
    expect(page_text(screen)).to_contain_text("Waiting for the customer to verify")
    expect(page_text(screen)).to_contain_text("The verification link expired")
    screen.by_key("wb-next-step").get_by_role("button", name="Send a new link").click()
    send = screen.by_key("wb-link-send").get_by_role("button")
    expect(send).to_have_text("Send a new link (1 of 3 expired)")
    send.click()
    expect(receipt(screen)).to_contain_text("Bakkt issued a new link.")
    assert bakkt.json("/sandbox/calls")["details"] == {name: 1}
    expect(screen.page.get_by_role("button", name="Copy message", exact=True)).to_be_visible()
    bakkt.json(f"/sandbox/accounts/{quote(name, safe='')}/complete-verification", "POST", {})
    expect(page_text(screen)).to_contain_text(re.compile("^Active"))
    assert screen.page.evaluate("window.isUntouched")
    assert bakkt.json("/sandbox/calls")["details"] == {name: 1}
    screen.page.reload()
    expect(page_text(screen)).to_contain_text(re.compile("^Active"))


@pytest.fixture
def events_flow(bakkt: RunningSandbox) -> Iterator[None]:
    bakkt.json("/sandbox/load", "POST", {"eventsPerSecond": EVENTS_PER_SECOND})
    yield
    bakkt.json("/sandbox/load", "POST", {"eventsPerSecond": 0})


def test_a_search_and_an_open_fold_stay_while_events_land(
    bakkt: RunningSandbox, events_flow: None, screen: Screen
) -> None:
    screen.open("/customers")
    box = screen.by_key("wb-search").locator("input")
    box.press_sequentially("AC")
    wait_for_new_data(screen)
    expect(box).to_be_focused()
    expect(box).to_have_value("AC")
    expect(screen.answer).to_contain_text("found")
    found = screen.page.locator("[data-testid=stDataFrame] [data-testid=glide-cell-1-0]").first.inner_text()
    for _ in range(SHOWN_AT_ONCE + 1):
        tell(bakkt, found, VERIFY | {"withLink": False})
    screen.open(f"/customers?account={quote(found, safe='')}")
    fold = screen.page.locator("[data-testid=stExpander] details").first
    fold.locator("summary").click()
    expect(fold).to_have_attribute("open", "")
    wait_for_new_data(screen)
    expect(fold).to_have_attribute("open", "")


def test_a_half_filled_form_stays_while_events_land(bakkt: RunningSandbox, events_flow: None, screen: Screen) -> None:
    name = verifying_account(bakkt)
    tell(bakkt, name, VERIFY | {"withLink": False})
    screen.open(f"/link?account={quote(name, safe='')}")
    reason = screen.page.get_by_label("Note (optional)")
    expect(reason).to_be_visible()
    screen.page.locator("[data-testid=stCheckbox] label").click()
    reason.press_sequentially("She is on the ph")
    wait_for_new_data(screen)
    expect(reason).to_be_focused()
    reason.press_sequentially("one")
    wait_for_new_data(screen)
    expect(reason).to_have_value("She is on the phone")
    expect(screen.page.locator("[data-testid=stCheckbox] input")).to_be_checked()


def test_a_list_keeps_its_sorting_and_scroll_while_its_rows_change(
    bakkt: RunningSandbox, events_flow: None, screen: Screen
) -> None:
    screen.open("/?view=open")
    wait_for_new_data(screen)
    table = screen.page.locator("[data-testid=stDataFrame]").first
    rows = int(table.locator("table").get_attribute("aria-rowcount") or 0)
    sort_by_name(screen, table)
    expect(table.locator("th").nth(1)).to_have_text(SORTED)
    table.hover()
    screen.page.mouse.wheel(0, 150)
    expect(table.locator("[data-testid=glide-cell-1-0]")).to_have_count(0)
    for name in inactive_accounts(bakkt):
        tell(bakkt, name, VERIFY | {"withLink": False})
    expect(table.locator("table")).not_to_have_attribute("aria-rowcount", str(rows))
    wait_for_new_data(screen)
    expect(table.locator("th").nth(1)).to_have_text(SORTED)
    expect(table.locator("[data-testid=glide-cell-1-0]")).to_have_count(0)


QUIET = ("suspended", "rejected", "closed", "kyb_documents")
SORTED = re.compile("^[↑↓] ?Name")


def sort_by_name(screen: Screen, table: Locator) -> None:
    box = table.bounding_box()
    assert box is not None
    screen.page.mouse.click(box["x"] + MARKER_WIDTH + ID_WIDTH + 40, box["y"] + HEADER_HEIGHT / 2)


def wait_for_new_data(screen: Screen) -> None:
    """Wait until the page has shown three more data versions."""
    shown = shown_data_version(screen)
    screen.page.wait_for_function(
        "from => Number(document.querySelector('[data-version]')?.dataset.version) >= from + 3",
        arg=shown,
    )


def shown_data_version(screen: Screen) -> int:
    return int(screen.page.locator("[data-version]").first.get_attribute("data-version") or 0)


def verifying_account(bakkt: RunningSandbox) -> str:
    """Return an account with three links left and no pending events."""
    people = bakkt.json("/sandbox/truth")
    return next(str(one["client_account_id"]) for one in people if one["standing"] in QUIET and is_plain(one))


def inactive_accounts(bakkt: RunningSandbox) -> list[str]:
    """Return three accounts that are in no list of open work."""
    people = bakkt.json("/sandbox/truth")
    return [one["client_account_id"] for one in people if one["standing"] == "active" and is_plain(one)][:3]


def is_plain(one: dict[str, Any]) -> bool:
    return not one["expirations_used"] and not one["declined_consent"]


def tell(bakkt: RunningSandbox, name: str, order: dict[str, Any]) -> None:
    bakkt.json(f"/sandbox/accounts/{quote(name, safe='')}/events", "POST", order)


def page_text(screen: Screen) -> Locator:
    return screen.page.locator(".wb-card-title").first


def receipt(screen: Screen) -> Locator:
    return screen.page.locator(".wb-receipt")
