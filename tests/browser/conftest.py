"""A server on a free port with its own database, and Chromium as its client."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browser_screen import Screen, Theme, screenshot_folder, wait_for_first_sync
from tests.support.chromium import launch_chromium
from tests.support.rounds import WALK_ACCOUNTS
from tests.support.workbench_server import running_workbench


@pytest.fixture(scope="module")
def desk_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the database of the server is."""
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def base_url(desk_folder: Path, tab: Page) -> Iterator[str]:
    """The workbench as `make run` starts it, on the embedded sandbox, once its first sync is done."""
    with running_workbench(desk_folder, SANDBOX_ACCOUNTS=WALK_ACCOUNTS, BAKKT_REQUESTS_PER_SECOND=5000) as url:
        wait_for_first_sync(Screen(tab, url, None, "light"))
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Playwright and stop it before tests that run their own event loop, because it keeps one running."""
    with sync_playwright() as playwright:
        chromium = launch_chromium(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Page:
    """One tab for the tests of a file: what it has loaded before takes a third of the work to load again."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, timezone_id="America/New_York")
    return context.new_page()


@pytest.fixture
def theme() -> Theme:
    return "light"


@pytest.fixture
def screen(tab: Page, base_url: str, theme: Theme) -> Iterator[Screen]:
    tab.emulate_media(color_scheme=theme)
    screen = Screen(tab, base_url, screenshot_folder(), theme)
    yield screen
    screen.leave()
    assert screen.refused_by_policy == []
