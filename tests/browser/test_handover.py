"""The link as it is shown for a customer: the QR code on the screen, decoded as a phone would."""

import io
import re

import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.support.browser_screen import Screen, wait_for_first_sync

UNMASKED = re.compile(r"https://[^/]+/[^•]")


def test_the_code_on_the_screen_is_the_link_and_nothing_opens_it(screen: Screen) -> None:
    wait_for_first_sync(screen)
    screen.open("/verification?link=Live")
    screen.open_row(0)
    screen.wait_for_address(lambda url: "/customers?account=" in url)
    ways = screen.by_key("wb-handover")
    expect(ways).to_be_visible()
    assert not UNMASKED.search(screen.page.locator("[data-testid=stMain]").inner_text())
    assert "UTC" not in ways.inner_text(), "the reader is in New York"
    ways.get_by_text("Show the link, its QR code and a ready message").click()
    screen.settle()
    link = screen.by_key("wb-link-url").inner_text().strip().splitlines()[0]
    assert link.startswith("https://")
    assert scanned(screen.by_key("wb-link-code")) == [link]
    message = screen.by_key("wb-link-message").inner_text()
    assert link in message
    assert "Session Expired" in message
    assert link not in screen.page.url
    assert screen.strangers == []


def scanned(code: Locator) -> list[str]:
    """Decode the QR code in a screenshot of this element."""
    account_view = Image.open(io.BytesIO(code.screenshot()))
    return [found.text for found in zxingcpp.read_barcodes(account_view)]
