"""Signing in at a provider, being removed and refused, and signing out, in a browser."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser_screen import Screen
from tests.support.running import ROOT, free_port
from tests.support.sign_in import ROLES, write_secrets
from tests.support.sign_in_provider import running_provider
from tests.support.workbench_server import running_workbench

ANN: dict[str, object] = {"sub": "ann", "name": "Ann Example", "groups": ["desk-admins"]}
VIC: dict[str, object] = {"sub": "vic", "name": "Vic Example", "groups": ["desk-viewers"]}


@pytest.fixture(scope="module")
def provider() -> Iterator[ExitStack]:
    """Ends the provider when it is closed."""
    with ExitStack() as running:
        yield running


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory, provider: ExitStack) -> Iterator[str]:
    """A workbench with sign-in, as its README sets it up."""
    folder, port = tmp_path_factory.mktemp("signed"), free_port()
    issuer = provider.enter_context(running_provider([ANN, VIC]))
    (folder / ".streamlit").mkdir()
    shutil.copy(ROOT / ".streamlit" / "config.toml", folder / ".streamlit")
    write_secrets(folder / ".streamlit", issuer, f"http://127.0.0.1:{port}")
    with running_workbench(folder, port, SANDBOX_ACCOUNTS=20, SIGN_IN_ROLES=ROLES) as url:
        yield url


@pytest.fixture
def other_browser(browser: Browser) -> Iterator[Page]:
    """Somebody else's browser."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    yield context.new_page()
    context.close()


def sign_in(page: Page, base_url: str, who: str) -> None:
    page.goto(base_url)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=who, exact=True).click()
    page.wait_for_url(f"{base_url}/**")


def test_whoever_is_removed_is_refused_within_a_moment_and_others_go_on_without_the_provider(
    screen: Screen, other_browser: Page, base_url: str, provider: ExitStack
) -> None:
    ann, vic = screen.page, other_browser
    sign_in(vic, base_url, "vic")
    expect(vic.get_by_role("button", name="Vic Example · viewer")).to_be_visible()
    sign_in(ann, base_url, "ann")
    expect(ann.get_by_role("button", name="Ann Example · admin")).to_be_visible()

    screen.open("/known_people")
    ann.get_by_role("button", name="Remove: Vic Example").click()
    expect(ann.get_by_text("Vic Example is signed out and cannot sign in.")).to_be_visible()
    expect(vic.get_by_text("An admin removed you from this workbench.")).to_be_visible()
    expect(vic.get_by_role("link", name="Verification")).to_have_count(0)
    vic.reload()
    expect(vic.get_by_text("An admin removed you from this workbench.")).to_be_visible()

    provider.close()
    screen.open("/known_people")
    expect(ann.get_by_role("button", name="Let in again: Vic Example")).to_be_visible()
    ann.get_by_role("button", name="Ann Example · admin").click()
    ann.get_by_role("button", name="Sign out").click()
    ann.get_by_role("button", name="Sign in").click()
    expect(ann.get_by_text("The sign-in provider does not answer.")).to_be_visible()
