"""Customers' texts in every kind of label, in a browser: shown as they are, and nothing else happens."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser_screen import Screen
from tests.support.label_gallery import MARKDOWN
from tests.support.strange_texts import COMPOUND, HARMLESS, TEXTS
from tests.support.workbench_server import running_workbench

pytestmark = pytest.mark.slow

KINDS_A_PAGE = 8
SHOWN = [*TEXTS, *HARMLESS.values()]
EXTRA = "a[href*='evil'], img:not([src^='data:']), code, strong, em, del, h1, h2, h3, li, pre, .katex, [role=img]"
"""What Markdown would make of a text."""

WORDS_OF = """all => all.map(one => {
    const isShown = part => part.getClientRects().length > 0;
    const parts = '[data-testid=stMarkdownContainer], [data-testid=stCaptionContainer]';
    return [...one.querySelectorAll(parts)].find(isShown).textContent;
})"""
"""The text of the first label in each element."""


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[str]:
    with running_workbench(tmp_path_factory.mktemp("gallery"), port, script="tests/support/label_gallery.py") as url:
        yield url


@pytest.fixture(scope="module")
def gallery(shown: Page, base_url: str) -> Iterator[Screen]:
    screen = Screen(shown, base_url, None, "light")
    yield screen
    screen.rest()


def shown_of(gallery: Screen, kind: str) -> Locator:
    """What shows the texts in this kind of label, on a page that shows some kinds together."""
    kinds = [*MARKDOWN, *READ]
    first = kinds.index(kind) // KINDS_A_PAGE * KINDS_A_PAGE
    address = "/?" + "&".join(f"kind={one}" for one in kinds[first : first + KINDS_A_PAGE])
    if gallery.address != address:
        gallery.load(address)
    return gallery.page.locator(f".st-key-shown-{kind} > *")


@pytest.mark.parametrize("kind", MARKDOWN)
def test_a_label_reads_exactly_as_the_text(gallery: Screen, kind: str) -> None:
    shown = shown_of(gallery, kind)
    expect(shown).to_have_count(len(SHOWN))
    texts = shown.evaluate_all(WORDS_OF)
    assert [(is_, ought) for is_, ought in zip(texts, SHOWN, strict=True) if is_ != ought] == []
    assert shown.locator(f"[data-testid=stMarkdownContainer] :is({EXTRA})").count() == 0
    assert gallery.strangers == []


READ = {
    "selectbox_option": "one => one.querySelector('input').value",
    "multiselect_option": "one => one.textContent.slice('x'.length)",
    "placeholder": "one => one.querySelector('input').placeholder",
}


@pytest.mark.parametrize("kind", READ)
def test_a_plain_text_is_shown_as_it_is(gallery: Screen, kind: str) -> None:
    shown = shown_of(gallery, kind)
    expect(shown).to_have_count(len(TEXTS))
    texts = shown.evaluate_all(f"all => all.map({READ[kind]})")
    assert [(is_, ought) for is_, ought in zip(texts, TEXTS, strict=True) if is_ != ought] == []
    assert gallery.strangers == []


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("toast", "stToast"),
        ("dialog", "stDialog"),
        ("spinner", "stSpinner"),
        ("help", "stTooltipContent"),
        ("column", "stDataFrame"),
    ],
)
def test_a_passing_text_reads_exactly_as_it_is(screen: Screen, kind: str, place: str) -> None:
    screen.page.goto(f"{screen.base}/?kind={kind}")
    if kind == "help":
        screen.page.get_by_role("button", name="x").hover()
    words = screen.page.get_by_test_id(place)
    expect(words).to_contain_text(COMPOUND)
    assert words.locator(f"[data-testid=stMarkdownContainer] :is({EXTRA})").count() == 0
    assert screen.strangers == []


def test_the_title_of_the_tab_is_plain_text(screen: Screen) -> None:
    screen.load("/?kind=title")
    expect(screen.page).to_have_title(COMPOUND)
    assert screen.strangers == []
