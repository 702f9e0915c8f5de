"""The account page where only a browser shows it: the clipboard, and a dialog while Bakkt is slow and data changes."""

import re
from collections.abc import Iterator
from functools import partial
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser_screen import Screen
from tests.support.running import RunningSandbox, credentials, running_sandbox
from tests.support.workbench_server import running_workbench

pytestmark = pytest.mark.slow

SECRET = "only-for-this-test"
VERIFY = {"partyStatus": "UNDER_REVIEW", "reasonCode": "DOCUMENT_VERIFICATION"}
LINK = re.compile(r"https://\S+")
INSECURE = "Object.defineProperty(window, 'isSecureContext', { value: false })"
"""What a browser says of a page served over plain http from another machine."""
SLOW_SECONDS = 3
NOTE_LOST_DIALOG = """() => {
    window.lostDialogs = 0;
    new MutationObserver(changes => changes.forEach(({ removedNodes }) => removedNodes.forEach(one => {
        if (one.matches?.('.stDialog') || one.querySelector?.('.stDialog')) window.lostDialogs += 1;
    }))).observe(document.body, { childList: true, subtree: true });
}"""


@pytest.fixture(scope="module")
def bakkt_and_desk(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[tuple[RunningSandbox, str]]:
    """A workbench that has read every account, and a sandbox in its own process that sends it events."""
    folder = tmp_path_factory.mktemp("account")
    to_the_desk = ("--events-to", f"http://127.0.0.1:{port}/webhooks/bakkt", "--events-secret", SECRET)
    with running_sandbox(folder, "--accounts", "40", "--seed", "3", *to_the_desk) as bakkt:
        settings = credentials(
            bakkt.address, WEBHOOK_SCHEME="hmac", WEBHOOK_SECRETS=SECRET, SYNC_INTERVAL_MINUTES=0, WORKBENCH_ACTOR="Ann"
        )
        with running_workbench(folder, port, **settings) as url:
            yield bakkt, url


@pytest.fixture
def bakkt(bakkt_and_desk: tuple[RunningSandbox, str]) -> RunningSandbox:
    return bakkt_and_desk[0]


@pytest.fixture(scope="module")
def base_url(bakkt_and_desk: tuple[RunningSandbox, str]) -> str:
    return bakkt_and_desk[1]


@pytest.fixture
def other_screen(browser: Browser, base_url: str) -> Iterator[Screen]:
    """Another browser session, because Playwright's clock is that of all tabs of one."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, timezone_id="America/New_York")
    page = context.new_page()
    page.add_init_script(INSECURE)
    page.clock.install()
    yield Screen(page, base_url, None, "light")
    context.close()


def person(bakkt: RunningSandbox) -> str:
    """Return an individual's account that Bakkt holds."""
    people = bakkt.json("/sandbox/truth")
    return str(next(one["client_account_id"] for one in people if one["account_type"] == "INDIVIDUAL"))


def tell(bakkt: RunningSandbox, name: str) -> None:
    bakkt.json(f"/sandbox/accounts/{quote(name, safe='')}/events", "POST", VERIFY)


def open_account(bakkt: RunningSandbox, screen: Screen) -> str:
    """Open the account of somebody who must verify and has a live link; what is copied may be read."""
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    name = person(bakkt)
    tell(bakkt, name)
    screen.load(f"/customers?account={quote(name, safe='')}")
    expect(screen.page.get_by_role("button", name="Copy link", exact=True)).to_be_visible()
    return name


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_link_goes_to_the_clipboard_at_the_click_and_is_in_no_page(bakkt: RunningSandbox, screen: Screen) -> None:
    open_account(bakkt, screen)
    screen.page.evaluate("navigator.clipboard.writeText('before')")
    screen.press("Copy link")
    expect(screen.page.get_by_text("Link copied. Works once: don't open it yourself.")).to_be_visible()
    link = clipboard(screen.page)
    assert LINK.fullmatch(link)
    assert link not in screen.page.content()
    screen.tab_to("Copy message")
    screen.strike("Enter")
    expect(screen.page.get_by_text("Message copied")).to_be_visible()
    assert link in clipboard(screen.page)
    assert "Session Expired" in clipboard(screen.page)
    assert link not in screen.page.content()


def test_without_a_clipboard_the_link_is_shown_for_a_minute(bakkt: RunningSandbox, other_screen: Screen) -> None:
    open_account(bakkt, other_screen)
    other_screen.press("Copy link")
    shown = other_screen.page.locator(".wb-shown-briefly")
    expect(shown).to_have_text(LINK)
    other_screen.page.clock.run_for(61_000)
    expect(shown).to_have_count(0)


def test_a_number_typed_while_data_changes_and_bakkt_is_slow_is_kept_and_sent_once(
    bakkt: RunningSandbox, screen: Screen
) -> None:
    name = open_account(bakkt, screen)
    screen.press("Edit phone")
    field = screen.page.get_by_label("New phone")
    field.fill("+1 201 555 0704")
    tell(bakkt, name)
    expect(screen.page.locator(".wb-old-new strong")).to_have_text("+12015550704")
    screen.page.wait_for_timeout(1500)
    expect(field).to_have_value("+1 201 555 0704")
    bakkt.json("/sandbox/faults", "POST", [{"kind": "latency", "seconds": SLOW_SECONDS, "account": name}])
    send = screen.page.get_by_role("button", name="Send the update", exact=True)
    send.dblclick()
    expect(screen.receipt).to_contain_text("Done")
    expect(field).to_have_count(0)
    assert bakkt.json("/sandbox/calls")["operations"]["createAccount"] == 1
    expect(screen.by_key("wb-contact")).to_contain_text("+12015550704")


def test_a_dialog_stays_with_the_cursor_in_it_while_data_changes_and_cancel_closes_it(
    bakkt: RunningSandbox, screen: Screen
) -> None:
    name = open_account(bakkt, screen)
    version = screen.page.locator("[data-version]").first.get_attribute("data-version")
    screen.press("Edit phone")
    field = screen.page.get_by_label("New phone")
    held = field.input_value()
    field.fill("+1 201 555 07")
    screen.page.evaluate(NOTE_LOST_DIALOG)
    tell(bakkt, name)
    screen.page.wait_for_timeout(3000)
    screen.page.keyboard.type("04")
    expect(field).to_have_value("+1 201 555 0704")
    assert screen.page.evaluate("window.lostDialogs") == 0
    screen.press("Cancel")
    expect(field).to_have_count(0)
    expect(screen.page.locator("[data-version]").first).not_to_have_attribute("data-version", str(version))
    screen.press("Edit phone")
    expect(field).to_have_value(held)
    screen.press("Cancel")
    expect(field).to_have_count(0)


def is_at_tab(code: str, url: str) -> bool:
    return f"tab={code}" in url


def test_back_returns_to_the_tab_before(bakkt: RunningSandbox, screen: Screen) -> None:
    open_account(bakkt, screen)
    for words, code in (("Documents", "documents"), ("Raw", "raw")):
        screen.page.get_by_role("tab", name=words).click()
        screen.wait_for_address(partial(is_at_tab, code))
    for words, code in (("Documents", "tab=documents"), ("Overview", "")):
        screen.page.go_back()
        open_tab = screen.page.get_by_role("tab", selected=True)
        expect(open_tab.filter(has_text=words)).to_have_count(1)
        expect(open_tab).to_have_count(1)
        screen.settle()
        assert code in screen.address
    assert "tab=" not in screen.address
