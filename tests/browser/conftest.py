"""A server on a free port with its own database, and Chromium as its client.

All files that a worker runs share one Chromium, one tab and one port, so that what the tab has loaded need not be
loaded again; and the tests of a file share the session of that tab, unless they load a page.
"""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browser_screen import Screen, Theme, screenshot_folder, wait_for_first_sync
from tests.support.chromium import launch_chromium
from tests.support.rounds import WALK_ACCOUNTS
from tests.support.running import free_port
from tests.support.workbench_server import running_workbench

HAS_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what failed: nobody knows in which state it leaves the tab."""
    report = yield
    item.stash[HAS_FAILED] = item.stash.get(HAS_FAILED, False) or report.failed
    return report


@pytest.fixture(scope="package")
def port() -> int:
    """Of all servers, one after the other: the browser finds again what it loaded from this host and port."""
    return free_port()


@pytest.fixture(scope="module")
def desk_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the database of the server is."""
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def base_url(desk_folder: Path, port: int, tab: Page) -> Iterator[str]:
    """The workbench as `make run` starts it, on the embedded sandbox, once its first sync is done."""
    with running_workbench(desk_folder, port, SANDBOX_ACCOUNTS=WALK_ACCOUNTS, BAKKT_REQUESTS_PER_SECOND=5000) as url:
        wait_for_first_sync(Screen(tab, url, None, "light"))
        yield url


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Of the whole folder; stopped before other tests, some of which run their own event loop: it keeps one running."""
    with sync_playwright() as playwright:
        chromium = launch_chromium(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def tab(browser: Browser) -> Page:
    """One tab for all: what it has loaded before takes a third of the work to load again."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, timezone_id="America/New_York")
    return context.new_page()


@pytest.fixture(scope="module")
def shown(tab: Page, base_url: str) -> Iterator[Page]:
    """The tab, which leaves the server before that ends."""
    yield tab
    Screen(tab, base_url, None, "light").leave()


@pytest.fixture
def theme() -> Theme:
    return "light"


@pytest.fixture
def screen(request: pytest.FixtureRequest, shown: Page, base_url: str, theme: Theme) -> Iterator[Screen]:
    shown.emulate_media(color_scheme=theme)
    screen = Screen(shown, base_url, screenshot_folder(), theme)
    yield screen
    if request.node.stash.get(HAS_FAILED, False):
        screen.leave()
    else:
        screen.rest()
    assert screen.refused_by_policy == []
