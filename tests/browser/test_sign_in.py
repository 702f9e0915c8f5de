"""In a browser: signing in at a provider, what each role sees, being removed and refused, and signing out."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

import duckdb
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser_screen import Screen
from tests.support.running import ROOT, until
from tests.support.sign_in import ROLES, write_secrets
from tests.support.sign_in_provider import running_provider
from tests.support.workbench_server import running_workbench

pytestmark = pytest.mark.slow

ANN: dict[str, object] = {"sub": "ann", "name": "Ann Example", "groups": ["desk-admins"]}
VIC: dict[str, object] = {"sub": "vic", "name": "Vic Example", "groups": ["desk-viewers"]}
GUS: dict[str, object] = {"sub": "gus", "name": "Gus Example", "groups": ["desk-agents"]}
LYN: dict[str, object] = {"sub": "lyn", "name": "Lyn Example", "groups": ["desk-analysts"]}
LEO: dict[str, object] = {"sub": "leo", "name": "Leo Example", "groups": ["desk-leads"]}


@pytest.fixture(scope="module")
def provider() -> Iterator[ExitStack]:
    """Ends the provider when it is closed."""
    with ExitStack() as running:
        yield running


@pytest.fixture(scope="module")
def desk_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signed")


@pytest.fixture(scope="module")
def base_url(desk_folder: Path, port: int, provider: ExitStack) -> Iterator[str]:
    """A workbench with sign-in, as its README sets it up."""
    issuer = provider.enter_context(running_provider([ANN, VIC, GUS, LYN, LEO]))
    (desk_folder / ".streamlit").mkdir()
    shutil.copy(ROOT / ".streamlit" / "config.toml", desk_folder / ".streamlit")
    write_secrets(desk_folder / ".streamlit", issuer, f"http://127.0.0.1:{port}")
    with running_workbench(desk_folder, port, SANDBOX_ACCOUNTS=40, SIGN_IN_ROLES=ROLES) as url:
        yield url


@pytest.fixture
def other_browser(browser: Browser) -> Iterator[Page]:
    """Somebody else's browser."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    yield context.new_page()
    context.close()


def sign_in(page: Page, base_url: str, who: str, path: str = "/") -> None:
    page.context.clear_cookies()
    page.goto(f"{base_url}{path}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=who, exact=True).click()
    page.wait_for_url(f"{base_url}/**")


class Customer(NamedTuple):
    """A customer with a live link, and what is personal of them, as it may be written."""

    client_account_id: str
    contact: Sequence[str]
    link: Sequence[str]
    streets: Sequence[str]
    numbers: Sequence[str]
    """The tax number and the birth date, which nobody sees."""
    masked: Sequence[str]
    """The phone number and the e-mail address as they are masked."""

    def told_by(self, shown: str, *, but: Sequence[str]) -> list[str]:
        """What a page tells of this customer, besides what it may."""
        kinds = {"contact": self.contact, "link": self.link, "streets": self.streets, "numbers": self.numbers}
        return [text for kind, texts in kinds.items() if kind not in but for text in texts if text in shown]


FIND_CUSTOMER = """
select accounts.client_account_id, readings.account_json, links.url
from accounts
join readings using (client_account_id)
join links using (client_account_id)
where accounts.link_expires_at = links.expires_at and links.expires_at > now()::timestamp
    and accounts.account_type = 'INDIVIDUAL' and accounts.owners[1].country = 'USA'
order by accounts.client_account_id
"""


@pytest.fixture(scope="module")
def customer(base_url: str, desk_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Customer:
    """Read from a copy of the database's files, as nothing that runs tells what is masked."""
    folder = tmp_path_factory.mktemp("copy")
    found: list[tuple[str, str, str]] = []

    def is_found() -> bool:
        for file in desk_folder.glob("workbench.duckdb*"):
            shutil.copy(file, folder)
        with duckdb.connect(str(folder / "workbench.duckdb")) as copy:
            found[:] = copy.execute(FIND_CUSTOMER).fetchall()
        return bool(found)

    until(is_found)
    client_account_id, account, link = found[0]
    owner = json.loads(account)["request"]["owners"][0]
    phone, email, identity = owner["phoneNumber"], owner["emailAddress"], owner["identity"]
    born = date.fromisoformat(identity["dateOfBirth"])
    return Customer(
        client_account_id,
        contact=[phone, email],
        link=[link],
        streets=identity["personalAddress"]["streetAddress"],
        numbers=[*spellings_of(identity["taxId"]), str(born), f"{born.day} {born:%b %Y}", f"{born:%Y/%m/%d}"],
        masked=[f"•••• {phone[-4:]}", f"•••• {email[-4:]}"],
    )


def spellings_of(number: str) -> list[str]:
    return [number, re.sub(r"\D", "", number)]


class Sees(NamedTuple):
    """What a role sees of a customer, below its own name, and at other addresses, with ``{}`` for the customer's id."""

    role: str
    links: Sequence[str]
    tabs: Sequence[str]
    buttons: Sequence[str]
    plain: Sequence[str]
    """Which of a customer's values are on the page, or may be."""
    menu: Sequence[str]
    then: Mapping[str, str]
    """What it reads at each address."""


PAGES = ["Backlog", "Verification", "Funnel", "Explore", "Activity", "● Data"]
PAGES_TO_WORK = [*PAGES, "Open account"]
TABS_TO_WORK = ["Overview", "Details", "Documents", "Raw"]
BUTTONS_TO_WORK = ["Copy message", "Copy link", "Open", "Re-upload", "Edit phone", "Edit e-mail"]
TO_WORK = PAGES_TO_WORK, TABS_TO_WORK, BUTTONS_TO_WORK, ["contact", "link"]
DETAILS, RAW = "/customers?account={}&tab=details", "/customers?account={}&tab=raw"
SEEN = {
    "vic": Sees(
        *("viewer", PAGES, ["Overview", "Documents"], [], [], []),
        {DETAILS: "Your role (viewer) may not update an account."},
    ),
    "gus": Sees("agent", *TO_WORK, [], {"/sql": "Your role (agent) may not ask in SQL."}),
    "lyn": Sees(
        *("analyst", PAGES, ["Overview", "Documents", "Raw"], [], [], []),
        {"/open_account": "Your role (analyst) may not open accounts.", RAW: "birth dates and streets masked"},
    ),
    "leo": Sees("lead", *TO_WORK, [], {"/known_people": "Your role (lead) may not manage people and tokens."}),
    "ann": Sees("admin", *TO_WORK, ["Known people", "Audit trail"], {DETAILS: "Tax id"}),
}
IN_A_FORM = ["streets"]
"""What is plain where somebody edits it."""
ALWAYS_THERE = {
    *("Skip to main content", "Navigate to home page", "Main menu", "← All customers", "Copy to clipboard"),
    *("Show/hide columns", "Search", "Fullscreen", "States", "Events", "Documents", "Syncs"),
}
WORDS_OF_ALL = """all => all.map(one => one.getAttribute('aria-label') ||
    [...one.querySelectorAll('p')].map(part => part.innerText).join(' ') || one.innerText)"""


def names_of(page: Page, role: Literal["button", "link", "tab"]) -> list[str]:
    """What can be pressed, in the order in which it stands there."""
    names: list[str] = page.get_by_role(role).filter(visible=True).evaluate_all(WORDS_OF_ALL)
    return names if role == "tab" else [name for name in names if name not in ALWAYS_THERE]


def everything_in(page: Page) -> str:
    """What the browser holds of the page: its markup, and what stands in fields."""
    values = "[...document.querySelectorAll('input, textarea')].map(one => one.value).join()"
    return str(page.evaluate(f"document.documentElement.outerHTML + {values}"))


@pytest.mark.parametrize("who", SEEN)
def test_each_role_comes_to_the_address_it_wanted_and_sees_what_fits_it(
    screen: Screen, base_url: str, customer: Customer, who: str
) -> None:
    page, sees = screen.page, SEEN[who]
    wanted, name = f"/customers?account={customer.client_account_id}", f"{who.title()} Example · {sees.role}"
    sign_in(page, base_url, who, wanted)
    screen.settle()
    assert screen.address == wanted
    shown = everything_in(page)
    assert customer.told_by(shown, but=sees.plain) == []
    assert all(text in shown for text in (customer.contact if "contact" in sees.plain else customer.masked))
    assert names_of(page, "link") == sees.links
    assert names_of(page, "tab") == sees.tabs
    assert names_of(page, "button") == [name, *sees.buttons]
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert [one for one in names_of(page, "link") if one not in sees.links] == sees.menu

    for address, words in sees.then.items():
        screen.load(address.format(customer.client_account_id))
        expect(page.get_by_text(words).first).to_be_visible()
        is_form = address == DETAILS and sees.tabs == TABS_TO_WORK
        assert customer.told_by(everything_in(page), but=[*sees.plain, *(IN_A_FORM if is_form else [])]) == []


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
    screen.load("/known_people")
    expect(ann.get_by_role("button", name="Let in again: Vic Example")).to_be_visible()
    ann.get_by_role("button", name="Ann Example · admin").click()
    ann.get_by_role("button", name="Sign out").click()
    ann.get_by_role("button", name="Sign in").click()
    expect(ann.get_by_text("The sign-in provider does not answer.")).to_be_visible()
