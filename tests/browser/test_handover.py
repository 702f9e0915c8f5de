"""The link as it is shown for a customer: the QR code on the screen, decoded as a phone would."""

import io
import re
from urllib.parse import unquote

import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.support.browser_screen import Screen

UNMASKED = re.compile(r"https://[^/]+/[^•]")


def test_the_code_on_the_screen_is_the_link_and_nothing_opens_it(screen: Screen) -> None:
    screen.open("/?view=live")
    screen.open_id(0)
    screen.wait_for_address(lambda url: "/customers?account=" in url)
    ways = screen.by_key("wb-handover")
    expect(ways).to_be_visible()
    assert not UNMASKED.search(screen.page.locator("[data-testid=stMain]").inner_text())
    assert "UTC" not in screen.by_key("wb-card").inner_text(), "the reader is in New York"
    ways.get_by_text("Show QR code, link and messages").click()
    screen.settle()
    link = screen.by_key("wb-link-url").inner_text().strip().splitlines()[0]
    assert link.startswith("https://")
    assert scanned(screen.by_key("wb-link-code")) == [link]
    message = screen.by_key("wb-link-message").inner_text()
    assert link in message
    assert "Session Expired" in message
    assert link not in screen.page.url
    assert screen.strangers == []


OPEN_NOTHING = "() => { HTMLAnchorElement.prototype.click = function () { (window.opened ??= []).push(this.href) } }"
"""Keeps the addresses that the page would open in another program."""


def test_mail_and_sms_are_addressed_at_the_click_and_never_before(screen: Screen) -> None:
    screen.open("/?view=live")
    screen.open_id(0)
    screen.wait_for_address(lambda url: "/customers?account=" in url)
    screen.page.evaluate(OPEN_NOTHING)
    assert screen.page.get_by_role("button", name="Open in mail").count() == 0
    screen.by_key("wb-handover").get_by_text("Show QR code, link and messages").click()
    screen.settle()
    assert not re.search(r"(mailto|sms):", screen.page.content())
    sms, message = (screen.by_key(key).locator("code").inner_text() for key in ("wb-link-sms", "wb-link-message"))
    assert len(sms) <= 160
    screen.press("Open in mail")
    screen.press("Open in messages")
    mail, text = screen.page.evaluate("window.opened")
    assert re.fullmatch(r"mailto:[^@?]+@[^@?]+\?subject=Please%20confirm%20your%20identity&body=.*", mail)
    assert unquote(mail.split("&body=")[1]) == message
    assert re.fullmatch(r"sms:\+\d+\?body=.*", text)
    assert unquote(text.split("?body=")[1]) == sms
    assert screen.strangers == []


def scanned(code: Locator) -> list[str]:
    """Decode the QR code in a screenshot of this element."""
    account_view = Image.open(io.BytesIO(code.screenshot()))
    return [found.text for found in zxingcpp.read_barcodes(account_view)]
