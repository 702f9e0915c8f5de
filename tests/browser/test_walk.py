"""The main path in a browser, for each of the three roles, and the link as it is handed to a customer."""

import io
import re
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.support.browser_screen import (
    HEADER_HEIGHT,
    ROW_HEIGHT,
    Screen,
    Theme,
    patience_for_a_run,
    screenshot_folder,
)
from tests.support.rounds import WALK_ACCOUNTS
from workbench import open_desk

UNMASKED = re.compile(r"https://[^/]+/[^•]")
OPEN_NOTHING = "() => { HTMLAnchorElement.prototype.click = function () { (window.opened ??= []).push(this.href) } }"
"""Keeps the addresses that the page would open in another program."""


@pytest.fixture(params=["light", "dark"] if screenshot_folder() else ["light"])
def theme(request: pytest.FixtureRequest) -> Theme:
    return "dark" if request.param == "dark" else "light"


def test_the_team_lead_finds_what_needs_someone_now(screen: Screen) -> None:
    screen.open("/")
    expect(screen.banner).to_contain_text("Invented data from a simulated Bakkt")
    answers = "links? expires? in the next 24 h|with us (is|are) late|Nothing is waiting for us"
    expect(screen.answer).to_contain_text(re.compile(answers))
    screen.keep("backlog")
    screen.view("late_bakkt").click()
    screen.wait_for_address(lambda url: "view=late_bakkt" in url)
    screen.tile("verification").click()
    screen.wait_for_address(lambda url: "view=verification" in url)
    screen.open("/verification")
    expect(screen.marks("wb-figure-expiry").first).to_be_attached()
    screen.keep("verification")
    screen.page.reload()
    screen.settle()
    expect(screen.answer).to_contain_text("must still verify")
    assert screen.strangers == []


def test_the_agent_searches_and_reads_one_account(screen: Screen) -> None:
    screen.open("/customers")
    screen.search("an")
    expect(screen.answer).to_contain_text("found")
    screen.settle()
    assert screen.address == "/customers"
    screen.keep("customers")
    screen.open_id(0)
    screen.wait_for_address(lambda url: "/customers?account=" in url)
    expect(screen.page.locator(".wb-card-title")).to_be_visible()
    screen.page.go_back()
    screen.settle()
    expect(screen.by_key("wb-search")).to_be_visible()
    screen.open("/?view=live")
    screen.open_id(0)
    screen.wait_for_address(lambda url: "/customers?account=" in url)
    expect(screen.page.locator(".wb-card-title")).to_contain_text("Waiting for the customer to verify")
    screen.keep("account")
    assert screen.strangers == []


def test_a_list_is_ticked_opened_walked_and_come_back_to(screen: Screen) -> None:
    """A click on the canvas, Back, the keys of the walk and the way back: what only a browser shows."""
    screen.open("/?view=open&sort=name")
    screen.tick_row(1)
    expect(screen.by_key("wb-foot-backlog")).to_contain_text("1 selected")
    screen.by_key("wb-open-backlog").get_by_role("button").click()
    screen.wait_for_address(lambda url: "/customers?account=" in url and "view=open" in url and "sort=name" in url)
    second = screen.address
    screen.page.go_back()
    screen.settle()
    expect(screen.by_key("wb-foot-backlog")).to_contain_text("1 selected")
    screen.open_id(0)
    screen.wait_for_address(lambda url: "/customers?account=" in url)
    expect(screen.by_key("wb-way-back")).to_contain_text("1 of ")
    screen.strike("Alt+ArrowDown")
    screen.wait_for_address(lambda url: url.endswith(second))
    screen.by_key("wb-back").get_by_role("link").first.click()
    screen.wait_for_address(lambda url: "/?view=open&sort=name" in url)
    assert screen.strangers == []


def test_one_ticked_account_opens_at_what_the_menu_says(screen: Screen) -> None:
    screen.open("/?view=kyb_documents")
    screen.tick_row(0)
    screen.press("More")
    screen.page.get_by_role("menuitem", name="KYB").click()
    screen.wait_for_address(lambda url: "/customers?account=" in url and "tab=kyb" in url and "view=kyb_docu" in url)
    assert screen.strangers == []


def test_a_shortened_name_is_told_in_full_when_the_pointer_rests_on_its_row(screen: Screen) -> None:
    screen.load("/customers")
    screen.search("holding")
    expect(screen.answer).to_contain_text("found")
    screen.settle()
    shown = screen.page.locator("[data-testid^=glide-cell-2-]").filter(has_text=re.compile("…$")).first
    row = int((shown.get_attribute("data-testid") or "").rsplit("-", 1)[1])
    beginning = shown.inner_text().removesuffix("…")
    screen.point_at_row(row)
    expect(screen.page.locator("[data-testid=stDataFrame]")).to_have_attribute(
        "title", re.compile(f"^{re.escape(beginning)}.+")
    )


def test_a_list_of_many_pages_fills_the_window_and_is_not_searched_in_part(screen: Screen) -> None:
    screen.open("/?view=open")
    screen.page.locator("[data-testid=stDataFrame]").hover()
    expect(screen.page.get_by_label(re.compile("^Fullscreen: "))).to_be_visible()
    expect(screen.page.get_by_label(re.compile("^Search: .*page 1 of"))).to_be_hidden()
    foot = screen.by_key("wb-foot-backlog").bounding_box()
    height = screen.page.evaluate("innerHeight")
    assert foot is not None
    assert height - 60 < foot["y"] + foot["height"] <= height


def test_the_agent_finds_a_customer_from_anywhere_in_two_acts(screen: Screen) -> None:
    screen.open("/")
    expect(screen.find_box).to_be_focused()
    screen.type("family trust")
    expect(screen.hits.first).to_contain_text("Family Trust")
    first, second = screen.hits.nth(0), screen.hits.nth(1)
    accounts = [hit.get_attribute("data-account") for hit in (first, second)]
    screen.page.keyboard.press("Enter")
    screen.wait_for_address(lambda url: url.endswith(f"/customers?account={accounts[0]}"))
    screen.open("/funnel")
    screen.page.keyboard.press("Control+k")
    expect(screen.hits).to_have_count(1)
    expect(screen.hits.first).to_have_attribute("data-account", accounts[0] or "")
    screen.type("family trust")
    expect(screen.hits.nth(1)).to_have_attribute("data-account", accounts[1] or "")
    screen.page.keyboard.press("ArrowDown")
    screen.page.keyboard.press("ArrowDown")
    expect(screen.hits.nth(1)).to_have_attribute("aria-selected", "true")
    screen.page.keyboard.press("Enter")
    screen.wait_for_address(lambda url: url.endswith(f"/customers?account={accounts[1]}"))
    screen.page.keyboard.press("Control+k")
    screen.type("nobody is called so")
    expect(screen.page.locator(".wb-hits")).to_contain_text("No matches")
    screen.page.keyboard.press("Enter")
    screen.page.keyboard.press("Escape")
    expect(screen.page.locator(".wb-hits")).to_be_hidden()
    assert screen.address == f"/customers?account={accounts[1]}"


def test_all_matches_of_the_find_box_open_as_a_list_and_the_term_is_in_no_address(screen: Screen) -> None:
    screen.open("/data")
    screen.page.keyboard.press("Control+k")
    screen.type("example")
    screen.page.get_by_role("button", name=re.compile("^See all [0-9,]+ matches$")).click()
    screen.wait_for_address(lambda url: url.endswith("/customers"))
    expect(screen.answer).to_contain_text("customers found")
    expect(screen.by_key("wb-search").locator("input")).to_have_value("example")


def test_the_analyst_reads_the_funnel_and_the_people_in_it(screen: Screen) -> None:
    screen.open("/funnel")
    expect(screen.answer).to_contain_text("cleared")
    expect(screen.marks("wb-figure-steps")).to_have_count(7)
    screen.keep("funnel")
    screen.click_mark("wb-figure-steps", 0, lambda url: "people=opened%3Areached" in url)
    expect(screen.page.get_by_role("heading", name=re.compile("accounts: opened$"))).to_be_visible()
    screen.click_mark("wb-figure-breakdown", 0, lambda url: "of=" in url)
    screen.choose("Entities")
    screen.wait_for_address(lambda url: "path=entity" in url and "of=" not in url)
    expect(screen.answer).to_contain_text("entities")
    assert screen.strangers == []


def test_the_analyst_finds_who_got_stuck_and_keeps_them_as_a_segment(
    screen: Screen, desk_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A month's individuals, stuck in verification, by country, their people, a segment, Backlog, a file."""
    if screenshot_folder():  # of a measure that counts enough accounts to show shares
        screen.open("/explore?measure=reached&opened=ever&by=country")
        screen.keep("explore")
    last = date.today().replace(day=1) - timedelta(days=1)  # noqa: DTZ011 - any month will do
    first = last.replace(day=1)
    screen.open(f"/explore?opened={first}..{last}&window=7")
    expect(screen.answer).to_contain_text(re.compile("individuals .*who were in verification got stuck there"))
    answer = screen.answer.inner_text()
    screen.choose_code("By", "By country")
    screen.wait_for_address(lambda url: "by=country" in url)
    for name in ("WORKBENCH_URL", "WORKBENCH_TOKEN", "WORKBENCH_SCREENSHOTS", "PUBLISH_FOLDER"):
        monkeypatch.delenv(name, raising=False)
    cohort = {"path": "individual", "since": first, "until": last + timedelta(days=1)}
    with open_desk(desk_folder / "workbench.duckdb") as desk:
        row = desk.explore.measure("stuck", window_days=7, **cohort).arrow.to_pylist()[0]
    assert f"{row['accounts']:,} of {row['of_accounts']:,}" in answer.replace("(", "").replace(")", "")
    screen.choose_code("Opened", "At any time")
    screen.wait_for_address(lambda url: "opened=ever" in url)
    everybody = screen.by_key("wb-foot-explore").inner_text()
    screen.page.locator("button.wb-group").first.click()
    screen.wait_for_address(lambda url: "group=" in url)
    expect(screen.by_key("wb-foot-explore")).not_to_have_text(everybody)
    screen.page.locator("button.wb-group").first.click()
    screen.wait_for_address(lambda url: "group=" not in url)
    screen.press("Save as segment")
    screen.by_key("wb-segment-name").locator("input").fill("Stuck")
    screen.page.get_by_role("button", name="Save segment", exact=True).click()
    expect(screen.page.get_by_text("Segment “Stuck” is saved")).to_be_visible()
    expect(screen.by_key("wb-segment-name")).to_be_hidden()
    screen.settle()
    screen.open("/?view=open")
    screen.choose_code("Segment", "Stuck")
    screen.wait_for_address(lambda url: "segment=" in url)
    expect(screen.page.get_by_text("Segment “Stuck”")).to_be_visible()
    with screen.page.expect_download() as saved:
        screen.press("Source and files")
        screen.by_key("wb-csv-backlog").get_by_role("button").click()
    ids = [line.split(",")[0].strip('"') for line in saved.value.path().read_text("utf-8-sig").splitlines()[1:]]
    with open_desk(desk_folder / "workbench.duckdb") as desk:
        stuck = set(desk.explore.people("stuck", path="individual", window_days=7).df["client_account_id"])
        still_open = set(desk.backlog.list("open").df["client_account_id"])
    assert set(ids) == stuck & still_open != set()
    assert screen.strangers == []


def test_the_analyst_runs_sql_and_only_what_selects(screen: Screen) -> None:
    screen.open("/sql")
    ask_in_sql(screen, "select count(*) as accounts, count(display_name) as names from accounts_now")
    rows = screen.page.locator("[data-testid=stDataFrame]")
    expect(rows.locator("[data-testid=glide-cell-0-0]")).to_have_text(str(WALK_ACCOUNTS))
    expect(rows.locator("[data-testid=glide-cell-1-0]")).to_have_text("0")
    screen.keep("sql")
    ask_in_sql(screen, "drop table accounts")
    expect(screen.page.get_by_role("alert").filter(has_text="The statement cannot be run")).to_be_visible()
    assert screen.strangers == []


def ask_in_sql(screen: Screen, statement: str) -> None:
    box = screen.page.get_by_role("textbox", name="Statement")
    box.fill(statement)
    box.press("Tab")
    screen.press("Run")


def test_the_data_page_reads_bakkt_and_shows_the_run(screen: Screen) -> None:
    screen.open("/data")
    button = screen.by_key("wb-sync-all")
    expect(button).to_be_visible(timeout=patience_for_a_run())  # a scheduled run of a large desk takes minutes
    before = int(screen.count_beside("Sync runs").inner_text())
    button.get_by_role("button").click()
    expect(screen.count_beside("Sync runs")).to_have_text(str(before + 1))
    expect(button).to_be_visible(timeout=patience_for_a_run())
    expect(screen.page.get_by_text(f"The last sync read {WALK_ACCOUNTS:,} accounts")).to_be_visible()
    if screenshot_folder():  # without the hint of the button, which would cover a heading
        screen.open("/data")
    screen.keep("data")
    assert screen.strangers == []


def test_downloads_come_from_below_the_table_alone(screen: Screen) -> None:
    screen.open("/?view=verification")
    screen.page.locator("[data-testid=stDataFrame]").first.hover()
    expect(screen.page.get_by_label("Download as CSV").first).to_be_hidden()
    copy_a_cell(screen)
    screen.press("Source and files")
    with screen.page.expect_download() as saved:
        screen.page.get_by_role("button", name="CSV").first.click()
    assert saved.value.suggested_filename == "backlog-verification.csv"
    assert saved.value.path().read_bytes().startswith(b'\xef\xbb\xbf"client_account_id",')


def copy_a_cell(screen: Screen) -> None:
    """Pressing Ctrl+C on a cell leaves the clipboard alone: it would hold a formula that nobody defused."""
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.page.evaluate("navigator.clipboard.writeText('before')")
    box = screen.page.locator("[data-testid=stDataFrame]").first.bounding_box()
    assert box is not None
    screen.page.mouse.click(box["x"] + 250, box["y"] + HEADER_HEIGHT + ROW_HEIGHT * 0.5)
    screen.strike("Control+c")
    assert screen.page.evaluate("navigator.clipboard.readText()") == "before"


LABELS_AMISS = """() => [...document.querySelectorAll('.js-plotly-plot')].flatMap(figure => {
    const around = figure.getBoundingClientRect();
    const labels = [...figure.querySelectorAll('text')]
        .map(label => ({ label, words: label.textContent, box: label.getBoundingClientRect() }))
        .filter(({ words, box }) => words.trim() && box.width);
    const isOut = ({ box }) => box.left < around.left - 1 || box.right > around.right + 1;
    const ticks = labels.filter(({ label }) => label.closest('.xtick')).sort((one, two) => one.box.left - two.box.left);
    const found = { out: labels.filter(isOut), turned: ticks.filter(({ box }) => box.height > 36),
        touching: ticks.slice(1).filter((one, place) => one.box.left < ticks[place].box.right) };
    return Object.entries(found).flatMap(([fault, those]) => those.map(({ words }) => `${fault}: ${words}`));
})"""
"""Labels of figures that run over an edge, and ticks that are turned or touch each other."""
FIGURES = {
    "/funnel": 4,
    "/verification": 2,
    "/explore?by=country&opened=ever": 1,
    "/explore?tab=times&opened=ever": 1,
    "/explore?tab=flow&opened=ever": 1,
    "/explore?tab=balance": 1,
}
"""How many figures pages have."""


@pytest.mark.parametrize("page", FIGURES)
def test_every_label_of_a_figure_is_inside_it_and_level_on_a_phone(screen: Screen, page: str) -> None:
    before = screen.page.viewport_size
    assert before is not None
    screen.page.set_viewport_size({"width": 390, "height": 844})
    try:
        screen.open(page)
        expect(screen.page.locator(".js-plotly-plot")).to_have_count(FIGURES[page])
        screen.page.wait_for_function(f"() => ({LABELS_AMISS})().length === 0")
    except PlaywrightTimeout:
        raise AssertionError(screen.page.evaluate(LABELS_AMISS)) from None
    finally:
        screen.page.set_viewport_size(before)


def test_numbers_line_up_in_our_own_font(screen: Screen) -> None:
    """Tables are drawn on a canvas, which cannot enable tabular figures, so the font needs them by default."""
    screen.open("/")
    widths = screen.page.evaluate(
        """() => { const pen = document.createElement('canvas').getContext('2d'); pen.font = '14px "Inter Tabular"';
        return [...'0123456789'].map(digit => pen.measureText(digit).width) }"""
    )
    assert screen.page.evaluate("document.fonts.check('14px \"Inter Tabular\"')")
    assert len(set(widths)) == 1


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
    screen.page.goto("about:blank")  # links of this page are dead
    assert re.fullmatch(r"mailto:[^@?]+@[^@?]+\?subject=Please%20confirm%20your%20identity&body=.*", mail)
    assert unquote(mail.split("&body=")[1]) == message
    assert re.fullmatch(r"sms:\+\d+\?body=.*", text)
    assert unquote(text.split("?body=")[1]) == sms
    assert screen.strangers == []


def scanned(code: Locator) -> list[str]:
    """Decode the QR code in a screenshot of this element."""
    account_view = Image.open(io.BytesIO(code.screenshot()))
    return [found.text for found in zxingcpp.read_barcodes(account_view)]
