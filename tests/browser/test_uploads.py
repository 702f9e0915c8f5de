"""Files in a browser: documents open under our headers, and uploads are held only as long as their form is shown."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import ConsoleMessage, Locator, expect

from tests.support.browser_screen import Screen
from tests.support.running import until
from tests.support.sample_files import statement_pdf
from tests.support.tab import bytes_held
from tests.support.workbench_server import running_workbench
from workbench.sandbox import Sandbox, SandboxOptions

pytestmark = pytest.mark.slow

ACCOUNTS, SEED = 60, 7
IMPATIENT = "tests.support.impatient_streamlit"
PDF = statement_pdf()
HAS_DRAWN = """it => {
    const pixels = it.getContext('2d').getImageData(0, 0, it.width, it.height).data;
    return pixels.some((value, at) => at % 4 === 0 && value < 128 && pixels[at + 3] === 255);
}"""
"""Whether a canvas has a dark pixel, which no blank page has."""


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("uploads")
    with running_workbench(folder, port, program=IMPATIENT, SANDBOX_ACCOUNTS=ACCOUNTS, SANDBOX_SEED=SEED) as url:
        yield url


@pytest.fixture(scope="module")
def company() -> str:
    """An entity whose documents are PDFs and pictures."""
    people = Sandbox(SandboxOptions(accounts=ACCOUNTS, seed=SEED)).truth()
    found: str = max((one for one in people if one["is_entity"]), key=lambda one: len(one["documents"]))[
        "client_account_id"
    ]
    return found


def open_documents(screen: Screen, company: str) -> None:
    screen.open(f"/documents?account={quote(company, safe='')}")
    expect(screen.page.get_by_text("On file at Bakkt")).to_be_visible()


def opened(screen: Screen, words: str) -> Locator:
    row = screen.page.locator("[class*='st-key-wb-foot-document-']").filter(has_text=words).first
    row.get_by_role("button", name="Open", exact=True).click()
    expect(screen.by_key("wb-opened")).to_contain_text(words)
    screen.settle()
    return screen.by_key("wb-opened")


def test_pdfs_and_pictures_open_under_the_headers_of_every_answer(screen: Screen, company: str) -> None:
    complaints: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(said.text)

    screen.page.on("console", note)
    open_documents(screen, company)
    pdf = opened(screen, "Certificate of beneficial owners").locator("canvas").first
    expect(pdf).to_be_visible()
    until(lambda: bool(pdf.evaluate(HAS_DRAWN)))
    picture = opened(screen, "Passport").locator("img")
    expect(picture).to_be_visible()
    until(lambda: bool(picture.evaluate("it => it.complete && it.naturalWidth > 0")))
    screen.page.remove_listener("console", note)
    assert screen.page.locator("iframe").count() == 0
    assert [said for said in complaints if re.search("Content Security|frame|Referrer|MIME|blocked", said)] == []
    assert screen.strangers == []


def test_an_opened_document_is_gone_once_its_page_was_left(screen: Screen, company: str) -> None:
    open_documents(screen, company)
    expect(opened(screen, "Passport").locator("img")).to_be_visible()
    screen.go_to("Backlog")
    screen.page.go_back()
    expect(screen.page.get_by_text("On file at Bakkt")).to_be_visible()
    screen.settle()
    expect(screen.by_key("wb-opened")).to_have_count(0)


def attach(screen: Screen, company: str, base_url: str) -> None:
    open_documents(screen, company)
    screen.attach(0, "statement.pdf", PDF)
    expect(screen.page.get_by_text("PDF, 6 pages")).to_be_visible()
    until(lambda: bytes_held(base_url) == len(PDF))


def test_a_file_is_freed_when_its_page_is_left(screen: Screen, company: str, base_url: str) -> None:
    attach(screen, company, base_url)
    screen.go_to("Backlog")
    until(lambda: bytes_held(base_url) == 0)


def test_a_file_is_freed_when_another_type_is_chosen(screen: Screen, company: str, base_url: str) -> None:
    attach(screen, company, base_url)
    screen.pick(screen.page.get_by_role("combobox", name=re.compile("^Document type")), "Due diligence document")
    until(lambda: bytes_held(base_url) == 0)


def test_a_file_is_freed_when_it_is_taken_back(screen: Screen, company: str, base_url: str) -> None:
    attach(screen, company, base_url)
    screen.page.get_by_role("button", name=re.compile("^Remove")).first.click()
    until(lambda: bytes_held(base_url) == 0)


def test_a_file_is_freed_when_it_was_sent(screen: Screen, company: str, base_url: str) -> None:
    attach(screen, company, base_url)
    screen.by_key("wb-upload-send").get_by_role("button").click()
    expect(screen.receipt).to_contain_text("Done")
    until(lambda: bytes_held(base_url) == 0)


@pytest.mark.parametrize(("place", "name", "button"), [(0, "ids.csv", "Import"), (1, "events.jsonl", "Replay")])
def test_a_file_is_freed_when_it_was_imported(
    screen: Screen, base_url: str, place: int, name: str, button: str
) -> None:
    screen.load("/data")
    screen.attach(place, name, b"clientAccountId\nACC-of-nobody\n")
    until(lambda: bytes_held(base_url) > 0)
    screen.press(button)
    until(lambda: bytes_held(base_url) == 0)


def test_a_file_stays_while_the_page_runs_again(screen: Screen, company: str, base_url: str) -> None:
    attach(screen, company, base_url)
    for words in ("as of March", "as of April"):
        field = screen.page.get_by_label("Description (optional)")
        field.fill(words)
        field.press("Tab")
        screen.settle()
        expect(screen.page.get_by_text("PDF, 6 pages")).to_be_visible()
    screen.page.wait_for_timeout(1_000)
    until(lambda: bytes_held(base_url) == len(PDF))
