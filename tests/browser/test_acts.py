"""How many acts the daily things take, from the home page.

Typing into one field, its focus (a click or Ctrl+K) included, a click and a key each count as one.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser_screen import Screen, Theme, wait_for_first_sync
from tests.support.rounds import WALK_ACCOUNTS
from tests.support.sample_files import jpeg, png
from tests.support.workbench_server import running_workbench
from workbench import open_desk
from workbench.client.desk import AnalystDesk


@dataclass(frozen=True, slots=True)
class Customers:
    """Somebody for each of the things to do; each stands for one account."""

    anyone: dict[str, str]
    with_live_link: str
    with_expired_link: tuple[str, str]
    with_phone: tuple[str, str]
    with_licence: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("acts")


@pytest.fixture(scope="module")
def base_url(folder: Path, port: int, tab: Page) -> Iterator[str]:
    settings: dict[str, Any] = {
        "SANDBOX_ACCOUNTS": WALK_ACCOUNTS,
        "BAKKT_REQUESTS_PER_SECOND": 5000,
        "SYNC_INTERVAL_MINUTES": 0,
    }
    with running_workbench(folder, port, **settings) as url:
        wait_for_first_sync(Screen(tab, url, None, "light"))
        yield url


@pytest.fixture(scope="module")
def customers(base_url: str, folder: Path) -> Customers:
    with open_desk(folder / "workbench.duckdb") as desk:
        links = desk.verification.backlog().arrow.to_pylist()
        people = [row for row in desk.backlog.queue().arrow.to_pylist() if row["account_type"] == "INDIVIDUAL"]
        return Customers(
            anyone=_findable(desk, people),
            with_live_link=_first(links, lambda row: row["link_state"] == "live"),
            with_expired_link=_first_two(
                links, lambda row: row["link_state"] == "expired" and row["expirations_used"] == 1
            ),
            with_phone=(people[-1]["client_account_id"], people[-2]["client_account_id"]),
            with_licence=_first(people, lambda row: _has_licence(desk, row["client_account_id"])),
        )


Row = dict[str, Any]


def _first(rows: list[Row], fits: Callable[[Row], bool]) -> str:
    return str(next(row["client_account_id"] for row in rows if fits(row)))


def _first_two(rows: list[Row], fits: Callable[[Row], bool]) -> tuple[str, str]:
    one, other, *_ = (str(row["client_account_id"]) for row in rows if fits(row))
    return one, other


def _findable(desk: AnalystDesk, people: list[Row]) -> dict[str, str]:
    """Return id, name and phone of somebody whom a search for either finds first, as Enter opens the first match."""
    names = Counter(str(row["display_name"]) for row in desk.accounts.standing().arrow.to_pylist())
    for person in sorted(people, key=lambda row: (names[str(row["display_name"])], -len(str(row["display_name"])))):
        name, account = str(person["display_name"]), str(person["client_account_id"])
        phone = str(desk.accounts.owners(client_account_id=account).arrow.to_pylist()[0]["phone_number"])
        if all(_first_match(desk, term) == account for term in (name, phone)):
            return {"id": account, "name": name, "phone": phone}
    raise AssertionError("Everybody has a namesake: choose another seed.")


def _first_match(desk: AnalystDesk, term: str) -> str:
    return str(desk.accounts.search(term=term, limit=1).arrow.to_pylist()[0]["client_account_id"])


def _has_licence(desk: AnalystDesk, account: str) -> bool:
    rows = desk.accounts.documents(client_account_id=account).arrow.to_pylist()
    sides = {row["document_side"] for row in rows if row["document_type"] == "DRIVERS_LICENSE"}
    return sides == {"FRONT", "BACK"}


class Acts:
    """Does one thing at a time on the screen, and counts it."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.count = 0

    def find(self, term: str) -> None:
        """Types into the Find box, which has the focus on the home page, and opens the first match by Enter."""
        expect(self.screen.find_box).to_be_focused()
        self.screen.type(term)
        self.screen.page.keyboard.press("Enter")
        self.screen.wait_for_address(lambda url: "/customers?account=" in url)
        self.count += 2

    def click(self, words: str | re.Pattern[str]) -> None:
        self.screen.settle()
        self.screen.page.get_by_role("button", name=words, exact=isinstance(words, str)).first.click()
        self.screen.settle()
        self.count += 1

    def type_into(self, label: str, text: str) -> None:
        self.screen.page.get_by_label(label).fill(text)
        self.screen.settle()
        self.count += 1

    def attach(self, number: int, name: str, content: bytes) -> None:
        self.screen.attach(number, name, content)
        self.count += 1

    def enter_day(self, label: str, day: str) -> None:
        self.screen.enter_day(label, day)
        self.count += 1


@pytest.fixture
def acts(screen: Screen, theme: Theme) -> Acts:
    screen.open("/")
    return Acts(screen)


@pytest.fixture(scope="module")
def table(browser: Browser) -> Iterator[dict[str, tuple[int, int]]]:
    """What was counted, and the most that it may be; printed when all is done."""
    counted: dict[str, tuple[int, int]] = {}
    yield counted
    print("\n".join(["", *(f"{what}: {count} acts (at most {most})" for what, (count, most) in counted.items())]))


Table = dict[str, tuple[int, int]]


def note(table: Table, what: str, acts: Acts, most: int) -> None:
    table[what] = (acts.count, most)
    assert acts.count <= most, what


@pytest.mark.parametrize("by", ["name", "id", "phone"])
def test_why_somebody_cannot_trade_takes_two(acts: Acts, customers: Customers, table: Table, by: str) -> None:
    acts.find(customers.anyone[by])
    assert acts.screen.address.startswith(f"/customers?account={customers.anyone['id']}")
    expect(acts.screen.page.get_by_text("Can't trade")).to_be_visible()
    note(table, f"why can't X trade, by {by}", acts, 2)


def test_copying_a_live_link_takes_three(acts: Acts, customers: Customers, table: Table) -> None:
    acts.screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    acts.find(customers.with_live_link)
    acts.click("Copy link")
    expect(acts.screen.page.get_by_text("Link copied.")).to_be_visible()
    assert str(acts.screen.page.evaluate("navigator.clipboard.readText()")).startswith("https://")
    note(table, "copy X's live link", acts, 3)


def test_sending_a_new_link_takes_five(acts: Acts, customers: Customers, table: Table) -> None:
    acts.find(customers.with_expired_link[0])
    acts.click(re.compile("^Send a new link"))
    acts.screen.by_key("wb-link-send").get_by_role("button").click()
    acts.count += 1
    expect(acts.screen.receipt).to_contain_text("Done")
    note(table, "send a new link", acts, 5)


def test_fixing_a_phone_number_takes_five(acts: Acts, customers: Customers, table: Table) -> None:
    acts.find(customers.with_phone[0])
    acts.click("Edit phone")
    acts.type_into("New phone", "+1 201 555 0704")
    acts.click("Send the update")
    expect(acts.screen.receipt).to_contain_text("Done")
    note(table, "fix a phone number", acts, 5)


def test_uploading_both_sides_of_a_licence_again_takes_eight(acts: Acts, customers: Customers, table: Table) -> None:
    acts.find(customers.with_licence)
    acts.click("Re-upload both sides")
    acts.attach(0, "front.jpg", jpeg())
    acts.attach(1, "back.png", png())
    acts.enter_day("Expires on", "2034-05-06")
    acts.click("Upload front and back")
    expect(acts.screen.receipt).to_have_count(2)
    note(table, "re-upload both sides of a licence", acts, 8)


def test_who_loses_a_link_tonight_and_what_is_late_take_one_at_most(acts: Acts, table: Table) -> None:
    acts.click(re.compile("^Expire in 24 h"))
    acts.screen.wait_for_address(lambda url: "view=expiring" in url)
    note(table, "who loses a link tonight", acts, 1)
    again = Acts(acts.screen)
    again.click(re.compile("^Late: all"))
    again.screen.wait_for_address(lambda url: "view=late" in url)
    note(table, "what is late, and whose move is it", again, 1)


class Keys:
    """Does things by keyboard alone."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen

    def find(self, term: str) -> None:
        self.screen.strike("Control+k")
        self.screen.type(term)
        self.screen.page.keyboard.press("Enter")
        self.screen.wait_for_address(lambda url: "/customers?account=" in url)

    def press(self, words: str) -> None:
        self.screen.tab_to(words)
        self.screen.strike("Enter")


@pytest.fixture
def keys(screen: Screen) -> Keys:
    screen.open("/funnel")
    return Keys(screen)


def test_by_keyboard_somebody_is_found_and_the_live_link_copied(keys: Keys, customers: Customers) -> None:
    keys.screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    keys.find(customers.with_live_link)
    keys.press("Copy link")
    expect(keys.screen.page.get_by_text("Link copied.")).to_be_visible()
    assert str(keys.screen.page.evaluate("navigator.clipboard.readText()")).startswith("https://")


def test_by_keyboard_a_view_is_chosen_and_its_first_account_opened(keys: Keys) -> None:
    keys.screen.open("/")
    keys.press("Late: all")
    keys.screen.wait_for_address(lambda url: "view=late" in url)
    keys.screen.tab_to_list()
    keys.screen.strike("Shift+Space")
    expect(keys.screen.by_key("wb-picked-backlog")).to_be_visible()
    keys.screen.tab_back_to("Open")
    keys.screen.strike("Enter")
    keys.screen.wait_for_address(lambda url: "/customers?account=" in url)
    expect(keys.screen.by_key("wb-way-back")).to_contain_text("1 of ")


def test_by_keyboard_a_new_link_is_sent(keys: Keys, customers: Customers) -> None:
    keys.find(customers.with_expired_link[1])
    keys.press("Send a new link")
    expect(keys.screen.by_key("wb-link-send")).to_be_visible()
    keys.screen.tab_to("Send a new link")
    keys.screen.strike("Enter")
    expect(keys.screen.receipt).to_contain_text("Done")


def test_by_keyboard_a_phone_number_is_corrected(keys: Keys, customers: Customers) -> None:
    keys.find(customers.with_phone[1])
    keys.press("Edit phone")
    expect(keys.screen.page.get_by_label("New phone")).to_be_visible()
    keys.screen.tab_to("New phone")
    keys.screen.type("+1 201 555 0704")
    keys.press("Send the update")
    expect(keys.screen.receipt).to_contain_text("Done")


def test_backlog_announces_every_script_that_it_needs_and_no_figures(browser: Browser, base_url: str) -> None:
    """Another release of Streamlit may name or divide its scripts in another way."""
    script = re.compile(r"static/js/[\w.-]+\.js")
    asked = set[str]()
    with browser.new_context() as context:
        page = context.new_page()
        page.on("request", lambda request: asked.update(script.findall(request.url)))
        shown = Screen(page, base_url, None, "light")
        answer = page.goto(base_url)
        expect(page.get_by_test_id("data-grid-canvas").first).to_be_visible()
        shown.settle()
        assert answer is not None
        announced = script.findall(answer.text())
    assert len(announced) == len(set(announced))
    assert asked <= set(announced)
    assert not any("plotly" in one.lower() for one in announced)
