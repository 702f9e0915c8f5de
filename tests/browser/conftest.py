"""A server on a free port with its own database, and Chromium as its client."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.browser_flags import FLAGS
from tests.support.browser_screen import Screen, screenshot_folder
from tests.support.rounds import WALK_ACCOUNTS
from tests.support.workbench_server import running_workbench


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The workbench as `make run` starts it, on the embedded sandbox, once its first sync is done."""
    folder = tmp_path_factory.mktemp("desk")
    with running_workbench(folder, SANDBOX_ACCOUNTS=WALK_ACCOUNTS, BAKKT_REQUESTS_PER_SECOND=5000) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Playwright and stop it before tests that run their own event loop, because it keeps one running."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(params=["light", "dark"] if screenshot_folder() else ["light"])
def screen(request: pytest.FixtureRequest, browser: Browser, base_url: str) -> Iterator[Screen]:
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, color_scheme=request.param, timezone_id="America/New_York"
    )
    yield Screen(context.new_page(), base_url, screenshot_folder(), request.param)
    context.close()
