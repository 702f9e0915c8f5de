"""Nothing serious is wrong for people who see badly, on any page and in both themes, as axe judges."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from PIL import Image
from playwright.sync_api import Page, expect

from tests.support.browser_screen import HEADER_HEIGHT, MARKER_WIDTH, ROW_HEIGHT, Screen, Theme, wait_for_first_sync
from tests.support.workbench_server import running_workbench
from workbench import open_desk
from workbench.ui.backlog.views import VIEWS

pytestmark = pytest.mark.slow

ACCOUNTS = 150
PAGES = (
    *("/verification", "/funnel", "/explore?by=country&opened=ever&window=7", "/explore?tab=sql", "/actions", "/data"),
    *("/customers", "/open_account", "/customers?account=nobody"),
)
PARTS_OF_AN_ACCOUNT = ("", "&tab=details", "&tab=documents", "&tab=kyb", "&tab=raw", "&tab=details&form=missing")
JUDGE = """async ([part, rules]) => {
    const only = rules ? { runOnly: { type: 'rule', values: rules } } : {};
    const found = (await axe.run(part, { ...only, resultTypes: ['violations'], preload: false })).violations;
    return found.filter(one => ['serious', 'critical'].includes(one.impact)).map(
        one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 200)).join(' ; ')}`);
}"""
RULES: dict[Theme, list[str] | None] = {"light": None, "dark": ["color-contrast"]}
"""Of axe, by theme: all, or those whose result depends on the theme."""
BACKGROUNDS: dict[Theme, str] = {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 20, 24)"}
THEMES: tuple[Theme, ...] = ("light", "dark")
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
LIST = ".st-key-wb-desk-list"
ELEMENTS = """part => {
    const isLook = name => !name.startsWith('st-key-');
    const describe = one => [
        one.tagName, ...[...one.classList].filter(isLook).sort(), ...one.getAttributeNames().sort(),
        ...['role', 'tabindex', 'alt', 'aria-hidden', 'aria-current'].map(name => one.getAttribute(name)),
        one.style?.cssText.match(/[^;]*(color|background|opacity)[^;]*/g),
        Boolean(one.textContent.trim() || one.ariaLabel)].join();
    const within = one => (one.matches(part) ? '' : within(one.parentElement) + ' > ') + describe(one);
    return [...new Set([...document.querySelectorAll(`${part} *`)].map(within))];
}"""
"""Of what kinds of element a part is made: those around each, its role, what colours it, whether it has words."""
LEAST_CONTRAST = 4.5
Colour = tuple[int, int, int]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("accessibility")


@pytest.fixture(scope="module")
def base_url(folder: Path, port: int, tab: Page) -> Iterator[str]:
    settings: dict[str, Any] = {
        "SANDBOX_ACCOUNTS": ACCOUNTS,
        "BAKKT_REQUESTS_PER_SECOND": 5000,
        "SYNC_INTERVAL_MINUTES": 0,
    }
    with running_workbench(folder, port, **settings) as url:
        wait_for_first_sync(Screen(tab, url, None, "light"), accounts=ACCOUNTS)
        yield url


@pytest.fixture(scope="module")
def business(base_url: str, folder: Path) -> str:
    """A business that lacks documents: its page has all tabs."""
    with open_desk(folder / "workbench.duckdb") as desk:
        rows = desk.backlog.list(view="kyb_documents").arrow.to_pylist()
        return str(next(row["client_account_id"] for row in rows if row["account_type"] == "ENTITY"))


def faults_of(screen: Screen, part: str = "html") -> list[str]:
    """What axe finds serious or critical: by all rules in the light, and in the dark by those that depend on it.

    The theme that is shown comes first, and the other one stays: to draw all anew is much of the work.
    """
    found = []
    for theme in THEMES[::-1] if screen.page.evaluate(IS_DARK) else THEMES:
        screen.page.emulate_media(color_scheme=theme)
        screen.settle()
        if not screen.page.evaluate("Boolean(window.axe)"):
            screen.page.evaluate("script => new Function(script)()", AXE_SCRIPT)
        found += [f"{theme} {fault}" for fault in screen.page.evaluate(JUDGE, [part, RULES[theme]])]
    return found


def test_no_page_has_a_serious_fault(screen: Screen) -> None:
    for path in PAGES:
        screen.open(path)
        assert faults_of(screen) == [], path


def test_no_part_of_an_account_has_a_serious_fault(screen: Screen, business: str) -> None:
    for part in PARTS_OF_AN_ACCOUNT:
        screen.open(f"/customers?account={business}{part}")
        assert faults_of(screen) == [], part


@pytest.mark.parametrize(
    ("path", "control"),
    [
        ("/verification", "Source"),
        ("/?view=open", "Source and files"),
        ("/explore?opened=ever", "Save as segment"),
    ],
)
def test_what_opens_above_a_page_has_no_serious_fault(screen: Screen, path: str, control: str) -> None:
    screen.open(path)
    screen.page.get_by_role("button", name=control).first.click()
    expect(screen.page.get_by_test_id("stPopoverBody").locator("button").first).to_be_visible()
    screen.settle()
    assert faults_of(screen) == []
    screen.leave()


@pytest.mark.parametrize("chosen", ["Light", "Dark"])
@pytest.mark.parametrize(
    ("path", "control", "opened"),
    [
        ("/?view=open", "Source and files", "[data-testid=stPopoverBody]"),
        ("/customers?account={business}", "Edit phone", ".stDialog"),
    ],
)
def test_what_opens_above_a_page_has_the_theme_that_was_chosen_in_the_menu(
    screen: Screen, business: str, path: str, control: str, opened: str, chosen: str
) -> None:
    other: Theme = "dark" if chosen == "Light" else "light"
    screen.page.emulate_media(color_scheme=other)
    screen.open(path.format(business=business))
    choose_theme(screen, chosen)
    screen.page.get_by_role("button", name=control).first.click()
    part = screen.page.locator(opened)
    expect(part.locator("button").first).to_be_visible()
    expect(part).to_have_css("color-scheme", chosen.lower())
    screen.settle()
    screen.page.evaluate("script => new Function(script)()", AXE_SCRIPT)
    assert screen.page.evaluate(JUDGE, ["html", RULES["dark"]]) == []
    screen.strike("Escape")
    choose_theme(screen, "System")
    expect(screen.page.locator("html")).to_have_css("color-scheme", other)
    screen.leave()


def test_figures_take_the_theme_that_was_chosen_in_the_menu(screen: Screen) -> None:
    screen.page.emulate_media(color_scheme="light")
    screen.open("/funnel")
    background = screen.page.locator(".js-plotly-plot .main-svg").first
    for theme in ("Dark", "Light", "System"):
        choose_theme(screen, theme)
        expect(background).to_have_css("background-color", BACKGROUNDS["dark" if theme == "Dark" else "light"])
    screen.leave()


def choose_theme(screen: Screen, name: str) -> None:
    screen.page.get_by_test_id("stMainMenuButton").click()
    screen.page.get_by_test_id(f"stMainMenuItem-theme-{name}").click()
    screen.strike("Escape")
    expect(screen.page.get_by_test_id("stMainMenuPopover")).to_have_count(0)


SHOWN_WHEN_NEEDED = {"awaiting_second"}
"""Of the views: only while something waits there, as in tests/pages/test_second_person.py."""


def test_no_view_of_backlog_has_a_serious_fault(screen: Screen) -> None:
    """Where a view is made of nothing but what views before it were made of, axe has nothing new to judge."""
    screen.open("/")
    assert faults_of(screen) == []
    judged = elements_in(screen, LIST)
    for view in [one for one in VIEWS if one not in SHOWN_WHEN_NEEDED]:
        screen.view(view).click()
        expect(screen.view(view)).to_have_attribute("aria-current", "true")
        screen.settle()
        if not elements_in(screen, LIST) <= judged:
            judged |= elements_in(screen, LIST)
            assert faults_of(screen, LIST) == [], view


def elements_in(screen: Screen, part: str) -> set[str]:
    return set(screen.page.evaluate(ELEMENTS, part))


def test_a_planted_fault_is_found_in_both_themes(screen: Screen) -> None:
    screen.open("/verification")
    screen.page.evaluate("document.querySelector('h1.wb-answer').style.color = '#888'")
    screen.page.evaluate("document.querySelector('.wb-find input').removeAttribute('aria-label')")
    screen.page.evaluate("document.querySelector('.wb-find input').removeAttribute('placeholder')")
    found = faults_of(screen)
    assert any(fault.startswith("light color-contrast") for fault in found)
    assert any(fault.startswith("light label") for fault in found)
    screen.leave()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ids_in_a_list_stand_out_from_their_row_ticked_or_not(screen: Screen, theme: Theme) -> None:
    """A list is a canvas, which axe does not see: so a picture of it is measured."""
    screen.open("/?view=open")
    screen.tick_row(1)
    for row in (0, 1):
        assert contrast_in(picture_of_id(screen, row)) >= LEAST_CONTRAST


def picture_of_id(screen: Screen, row: int) -> Image.Image:
    box = screen.page.locator("[data-testid=stDataFrame]").first.bounding_box()
    assert box is not None
    x, y = box["x"] + MARKER_WIDTH + 4, box["y"] + HEADER_HEIGHT + ROW_HEIGHT * row + 4
    clip = {"x": x, "y": y, "width": 110, "height": ROW_HEIGHT - 8}
    return Image.open(BytesIO(screen.page.screenshot(clip=clip)))  # type: ignore[arg-type]


def contrast_in(picture: Image.Image) -> float:
    """The contrast of a picture's background, its most frequent colour, with the colour that differs most from it."""
    found = picture.convert("RGB").getcolors(picture.width * picture.height) or []
    (_, background), *inks = sorted(((number, as_colour(colour)) for number, colour in found), reverse=True)
    return max(contrast(background, ink) for _, ink in inks)


def as_colour(found: object) -> Colour:
    assert isinstance(found, tuple)
    red, green, blue = found
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG 2."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == 21
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)
