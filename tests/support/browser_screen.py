"""The workbench in a browser: the only module that knows where things are on the screen."""

import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, FilePayload, Locator, Page, Request, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.support.rounds import WALK_ACCOUNTS
from tests.support.running import PATIENCE_SECONDS, ROOT

IS_SETTLED = """() => {
    const isSettled =
        document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]') !== null &&
        document.querySelector('[data-testid=stSkeleton]') === null &&
        document.fonts.status === 'loaded' &&
        document.getAnimations().every(
            one => one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity);
    window.settledFrames = isSettled ? (window.settledFrames ?? 0) + 1 : 0;
    if (window.settledFrames < 4) return false;
    window.settledFrames = 0;
    return true;
}"""
"""Whether the script has run, no placeholder is left and nothing moves, for four frames in a row: Streamlit closes the
list of a combobox that moves, as in a fold that is still opening."""
ON_THE_WAY = "On the way"
GO = f"""path => {{
    document.title = '{ON_THE_WAY}';
    history.pushState({{}}, '', path);
    dispatchEvent(new PopStateEvent('popstate'));
}}"""
"""Goes to an address as Back and Forward do, without a load: the page runs again, and then says its title."""
HAS_COME = f"() => document.title !== '{ON_THE_WAY}' && ({IS_SETTLED})()"
FORGET = "if (location.host) { localStorage.clear(); sessionStorage.clear() }"
ROW_HEIGHT, HEADER_HEIGHT, MARKER_WIDTH = 28, 33, 36
PATIENCE = 60_000
"""Milliseconds, far more than a wait takes on an idle machine."""
expect.set_options(timeout=PATIENCE)
CLICKS_ON_A_MARK, MS_FOR_A_CLICK = 5, 10_000
Theme = Literal["light", "dark"]
FOCUSED = """() => {
    const it = document.activeElement;
    const isAround = !it || it.querySelector('a, button, input, textarea, [tabindex]') !== null;
    return isAround ? '' : `${it.getAttribute('aria-label') || ''} ${it.innerText || ''}`;
}"""
"""Returns what a screen reader calls the focused element: its label, else its text; nothing for a page or a dialog."""


def screenshot_folder() -> Path | None:
    """The folder for screenshots, if requested; those of the walk are then taken in both themes."""
    name = os.environ.get("WORKBENCH_SCREENSHOTS")
    if not name:
        return None
    folder = ROOT / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Screen:
    """One tab at one address of the server.

    It records every request to another host, and what the browser refused because of our Content-Security-Policy.
    """

    def __init__(self, page: Page, base: str, keep_in: Path | None, theme: Theme) -> None:
        self.page = page
        self.base = base
        self._keep_in = keep_in
        self._theme = theme
        self.strangers: list[str] = []
        self.refused_by_policy: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("request", self._note)
        page.on("console", self._note_refusal)

    def _note_refusal(self, said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text:
            self.refused_by_policy.append(said.text)

    def _note(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != urlsplit(self.base).netloc:
            self.strangers.append(parts.netloc)

    def open(self, path: str = "/") -> None:
        """Go to an address: within the session if the tab shows the workbench, which takes a quarter of a load."""
        if not self.page.url.startswith(f"{self.base}/"):
            self.load(path)
            return
        self.page.evaluate(GO, path)
        self.page.wait_for_function(HAS_COME)

    def load(self, path: str = "/") -> None:
        """Load an address, which begins a session."""
        self.page.goto(f"{self.base}{path}")
        self.settle()

    def rest(self) -> None:
        """End a test; the tab stays where it is, in its session, as with somebody who goes on to other work."""
        self.page.remove_listener("request", self._note)
        self.page.remove_listener("console", self._note_refusal)
        self.page.evaluate(FORGET)
        self.page.context.clear_permissions()

    def leave(self) -> None:
        """End a test and leave the page, so that nothing of it stays in the tab."""
        self.rest()
        self.page.goto("about:blank")
        self.page.context.clear_cookies()

    def settle(self) -> None:
        """Wait until the script has run, no placeholder is left and nothing moves."""
        self.page.wait_for_function(IS_SETTLED)

    def go_to(self, title: str) -> None:
        self.page.get_by_role("link", name=title, exact=True).first.click()
        self.page.wait_for_url(lambda url: urlsplit(url).path in {f"/{title.lower()}", "/"})
        self.settle()

    @property
    def address(self) -> str:
        parts = urlsplit(self.page.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def wait_for_address(self, accepts: Callable[[str], bool]) -> None:
        self.page.wait_for_url(accepts)
        self.settle()

    @property
    def answer(self) -> Locator:
        return self.page.locator("h1.wb-answer")

    @property
    def find_box(self) -> Locator:
        return self.page.get_by_role("combobox", name="Find a customer")

    @property
    def hits(self) -> Locator:
        """Return the accounts that the Find box offers."""
        return self.page.locator(".wb-hits [role=option]")

    @property
    def banner(self) -> Locator:
        return self.page.locator(".wb-banner")

    def tile(self, view: str) -> Locator:
        return self.page.locator(f"button.wb-tile[data-pick={view}]")

    def view(self, code: str) -> Locator:
        """Return the button of a view of Backlog."""
        return self.page.locator(f"button.wb-view[data-pick={code}]")

    def by_key(self, key: str) -> Locator:
        """Return what carries this key; Streamlit's class has a dash for each sign that no class may have."""
        return self.page.locator(f".st-key-{re.sub('[^a-zA-Z0-9_-]', '-', key)}")

    def count_beside(self, heading: str) -> Locator:
        return self.page.locator("h2.wb-section").filter(has_text=heading).locator(".wb-note")

    @property
    def receipt(self) -> Locator:
        return self.page.locator(".wb-receipt")

    def press(self, words: str) -> None:
        """Return the button with this text once the page has settled and the button is enabled."""
        self.settle()
        self.page.get_by_role("button", name=words, exact=True).click()
        self.settle()

    def tab_to(self, words: str) -> None:
        """Press Tab until the element with this name has the focus."""
        self._press_until("Tab", lambda: words in str(self.page.evaluate(FOCUSED)), f"comes to {words!r}")

    def tab_to_list(self) -> None:
        """Press Tab until the focus is in the first list, which is drawn on a canvas."""
        is_canvas = "document.activeElement.tagName === 'CANVAS'"
        self._press_until("Tab", lambda: bool(self.page.evaluate(is_canvas)), "comes to a list")

    def tab_back_to(self, words: str) -> None:
        """Press Shift+Tab until the element with exactly this text has the focus."""
        focused = "document.activeElement.innerText"
        self._press_until("Shift+Tab", lambda: bool(self.page.evaluate(focused) == words), f"comes to {words!r}")

    def _press_until(self, key: str, has_come: Callable[[], bool], what: str) -> None:
        """Press the key again and again: what is to come may not be there yet, or not enabled."""
        self.settle()
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            self.page.keyboard.press(key)
            if has_come():
                return
        focused, shown = self.page.evaluate(FOCUSED), self.answer.all_inner_texts()
        raise AssertionError(
            f"{key} never {what} at {self.address}: the focus is on {focused!r}, the page says {shown}."
        )

    def strike(self, *keys: str) -> None:
        """Press keys once the page has settled, because earlier input may still be in flight."""
        self.settle()
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def pick_focused(self, words: str) -> None:
        """Choose the first option with these words of the combobox that has the focus, by keyboard alone."""
        self.settle()
        self.page.keyboard.type(words)
        expect(self.page.get_by_role("option").first).to_contain_text(words)
        self.strike("Enter")

    def pick(self, box: Locator, words: str) -> None:
        """Choose an option of a combobox."""
        box.fill(words)
        self.page.get_by_role("option", name=words, exact=True).first.click()

    def choose_code(self, label: str, words: str) -> None:
        """Choose an option of a box whose choice goes into the address."""
        self.settle()
        self.page.get_by_role("combobox", name=re.compile(f"(^|[ .]){label}$")).first.click()
        self.page.get_by_role("option", name=words, exact=True).first.click()

    def field(self, key_end: str) -> Locator:
        """Return the text field whose widget key ends like this."""
        return self.page.locator(f"[class*='{key_end} ']").filter(visible=True).locator("input").first

    def attach(self, number: int, name: str, content: bytes) -> None:
        """Attach a file to the form's nth file input."""
        place = self.page.locator("[data-testid=stFileUploader]").nth(number)
        file: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        place.locator("input[type=file]").set_input_files(file)
        expect(place).to_contain_text(name)
        self.settle()

    def enter_day(self, label: str, day: str) -> None:
        """Enter a date given as YYYY-MM-DD; the focus moves from year to month to day by itself."""
        self.page.get_by_role("spinbutton", name=f"year, {label}").click()
        self.page.keyboard.type(day.replace("-", ""))
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Tab")
        self.settle()

    def choose(self, words: str) -> None:
        self.page.get_by_role("radio", name=words, exact=True).click()
        self.settle()

    def search(self, term: str) -> None:
        self.by_key("wb-search").locator("input").fill(term)

    def tick_row(self, number: int) -> None:
        self._click_row(number, MARKER_WIDTH / 2)
        self.settle()

    def open_id(self, number: int) -> None:
        """Press the button that is the id of a row."""
        self._click_row(number, MARKER_WIDTH + 40)

    def point_at_row(self, number: int) -> None:
        self.page.mouse.move(*self._place_in_row(number, MARKER_WIDTH + 200))

    def _click_row(self, number: int, x: float) -> None:
        self.page.mouse.click(*self._place_in_row(number, x))

    def _place_in_row(self, number: int, x: float) -> tuple[float, float]:
        table = self.page.locator("[data-testid=stDataFrame]").first
        table.scroll_into_view_if_needed()
        box = table.bounding_box()
        assert box is not None
        return box["x"] + x, box["y"] + HEADER_HEIGHT + ROW_HEIGHT * (number + 0.5)

    def marks(self, figure: str) -> Locator:
        """Return the bars of a Plotly figure, or their parts, trace by trace."""
        return self.by_key(figure).locator(".barlayer .point path")

    def click_mark(self, figure: str, number: int, leads_to: Callable[[str], bool]) -> None:
        """Click where a bar is, again if the figure was just drawn anew; Plotly listens on a layer in front of it."""
        for _ in range(CLICKS_ON_A_MARK):
            mark = self.marks(figure).nth(number)
            mark.scroll_into_view_if_needed()
            place = mark.bounding_box()
            assert place is not None
            self.page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
            with suppress(PlaywrightTimeout):
                self.page.wait_for_url(leads_to, timeout=MS_FOR_A_CLICK)
                break
        self.wait_for_address(leads_to)

    def keep(self, name: str) -> None:
        """Save a screenshot for the README, if requested."""
        if self._keep_in is None:
            return
        self.page.mouse.move(0, 767)
        self.settle()
        (self._keep_in / f"{name}-{self._theme}.png").write_bytes(self._still_picture())

    def _still_picture(self) -> bytes:
        """Return a screenshot that is the same twice: what canvases draw bit by bit is no animation to the browser."""
        until = time.monotonic() + PATIENCE_SECONDS
        last, picture = b"", self.page.screenshot()
        while picture != last:
            assert time.monotonic() < until, f"The page still moves after {PATIENCE_SECONDS} seconds."
            last, picture = picture, self.page.screenshot()
        return picture


MILLISECONDS_AN_ACCOUNT = 30
"""Far more than its first reading takes."""


def patience_for_a_run(accounts: int = WALK_ACCOUNTS) -> float:
    """Return how many milliseconds a run that reads so many accounts may take."""
    return max(4 * PATIENCE, accounts * MILLISECONDS_AN_ACCOUNT)


def wait_for_first_sync(screen: Screen, *, accounts: int = WALK_ACCOUNTS) -> None:
    screen.open("/data")
    all_read = f"All {accounts:,} accounts have been read"
    expect(screen.answer).to_contain_text(all_read, timeout=patience_for_a_run(accounts))
    screen.rest()
