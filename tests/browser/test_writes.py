"""Writes to Bakkt from the pages: each with its receipt, its line in the log, and the result at Bakkt.

The sandbox is a separate process behind HTTP, like Bakkt; expected values come from it, not from the workbench.
"""

import io
import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from docx import Document
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.support.applicants import company, individual
from tests.support.browser_screen import Screen
from tests.support.running import PATIENCE_SECONDS, SANDBOX_KEY, RunningSandbox, credentials, run, running_sandbox
from tests.support.workbench_server import running_workbench
from workbench.domain.account import Form, Kind, steps_of
from workbench.domain.account.places import country_name
from workbench.ui.forms.fields import choice_words

pytestmark = pytest.mark.slow

AGENT = "Ann"
LICENCE = "DRIVERS_LICENSE"
COLOURS = ("teal", "maroon")
ACCOUNTS, SEED = "150", "3"


@dataclass(frozen=True, slots=True)
class Bakkt:
    """What Bakkt holds, read with plain GETs."""

    sandbox: RunningSandbox
    taken: set[str] = field(default_factory=set)

    def account(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._get(f"accounts/{quote(name, safe='')}")[0])["request"]
        return found

    def documents(self, name: str) -> dict[str, dict[str, Any]]:
        """Return the metadata of an account's documents by id."""
        listed = json.loads(self._get(f"documents/{quote(name, safe='')}/accountDocumentMetadata")[0])
        return {one["clientDocumentId"]: one for one in listed["documentMetadata"]}

    def account_view(self, document_id: str) -> Image.Image:
        return Image.open(io.BytesIO(self._get(f"documents/{document_id}")[0]))

    def truth(self, name: str) -> dict[str, Any]:
        told: dict[str, Any] = self.sandbox.json(f"/sandbox/truth?account={quote(name, safe='')}")
        return told

    def first(self, accepts: Callable[[dict[str, Any]], bool]) -> str:
        """Return the first matching customer that no test has used: what the desk recorded is unknown to Bakkt."""
        people = self.sandbox.json("/sandbox/truth")
        found: str = next(
            one["client_account_id"] for one in people if one["client_account_id"] not in self.taken and accepts(one)
        )
        self.taken.add(found)
        return found

    def _get(self, path: str) -> tuple[bytes, str]:
        address = f"{self.sandbox.address}/apex-crypto/api/v2/{path}"
        request = urllib.request.Request(address, headers={"Authorization": f"API-Key {SANDBOX_KEY}"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
            return answer.read(), answer.headers["content-type"]


@pytest.fixture(scope="module")
def bakkt_and_desk(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[tuple[Bakkt, str]]:
    """A new company's setup: registry imported, every account read, then the workbench started."""
    folder = tmp_path_factory.mktemp("writes")
    with running_sandbox(folder, "--accounts", ACCOUNTS, "--seed", SEED) as sandbox:
        settings = credentials(sandbox.address, WORKBENCH_ACTOR=AGENT, SYNC_INTERVAL_MINUTES=0)
        fill(folder, sandbox, settings)
        with running_workbench(folder, port, **settings) as url:
            yield Bakkt(sandbox), url


def fill(folder: Path, sandbox: RunningSandbox, settings: dict[str, str]) -> None:
    (folder / "registry.csv").write_text(sandbox.text("/sandbox/registry.csv"), encoding="utf-8")
    (folder / "events.jsonl").write_text(sandbox.text("/sandbox/events.jsonl"), encoding="utf-8")
    for arguments in (["import-accounts", "registry.csv"], ["sync"], ["replay-events", "events.jsonl"]):
        done = run(arguments, folder, settings | {"WORKBENCH_DATABASE": str(folder / "workbench.duckdb")})
        assert done.returncode == 0, done.stderr


@pytest.fixture
def bakkt(bakkt_and_desk: tuple[Bakkt, str]) -> Bakkt:
    return bakkt_and_desk[0]


@pytest.fixture(scope="module")
def base_url(bakkt_and_desk: tuple[Bakkt, str]) -> str:
    return bakkt_and_desk[1]


def test_an_address_that_was_changed_is_changed_at_bakkt_and_nothing_else_is(bakkt: Bakkt, screen: Screen) -> None:
    name = bakkt.first(lambda one: one["standing"] == "active" and one["account_type"] == "INDIVIDUAL")
    before = bakkt.account(name)
    screen.open(f"/update?account={quote(name, safe='')}")
    city = screen.page.get_by_label("City", exact=True).first
    city.fill("Larchfield")
    city.press("Tab")
    screen.press("Review the update — 1 change")
    expect(screen.page.get_by_text("0 lost")).to_be_visible()
    screen.keep("update-review")
    screen.press("Send the update — 1 change")
    expect(screen.receipt).to_contain_text("Done")
    expect(screen.page.get_by_text("Bakkt's copy shows the update")).to_be_visible()
    before["owners"][0]["identity"]["personalAddress"]["city"] = "Larchfield"
    assert bakkt.account(name) == before
    assert_in_the_log(screen, name, "Update", "city")


def test_a_drivers_licence_is_uploaded_anew_on_both_sides(bakkt: Bakkt, screen: Screen) -> None:
    name = bakkt.first(lambda one: one["standing"] == "active" and is_licence_of_a_person(bakkt, one))
    before = bakkt.documents(name)
    old = next(paper for paper in before.values() if paper["documentType"] == LICENCE)
    front, back = account_view("steelblue"), account_view("darkolivegreen")
    screen.open(f"/customers?account={quote(name, safe='')}")
    screen.press("Re-upload both sides")
    screen.wait_for_address(lambda url: f"type={LICENCE}" in url)
    screen.attach(0, "front.jpg", front)
    screen.attach(1, "back.jpg", back)
    screen.enter_day("Expires on", "2035-01-31")
    screen.press("Upload front and back")
    expect(screen.receipt).to_have_text([re.compile("^Done"), re.compile("^Done")])
    new = {paper["documentSide"]: paper for key, paper in bakkt.documents(name).items() if key not in before}
    for side, content in (("FRONT", front), ("BACK", back)):
        held = new.pop(side)
        same = ("documentType", "clientOwnerId", "issueCountry")
        assert [held.get(key) for key in same] == [old.get(key) for key in same]
        assert held["documentExpiration"].startswith("2035-01-31")
        assert bakkt.account_view(held["clientDocumentId"]).tobytes() == Image.open(io.BytesIO(content)).tobytes()
    assert not new
    assert_in_the_log(screen, name, "Document upload", lines=2)


def test_odd_pictures_are_shown_or_described_before_they_are_sent_and_opened_again(
    bakkt: Bakkt, screen: Screen
) -> None:
    name = bakkt.first(lambda one: one["standing"] == "active" and is_licence_of_a_person(bakkt, one))
    before = bakkt.documents(name)
    screen.open(f"/documents?account={quote(name, safe='')}&type={LICENCE}")
    screen.attach(0, "front.png", odd_picture("RGB", (3000, 1)))
    screen.attach(1, "back.png", odd_picture("I;16", (2000, 900)))
    expect(screen.page.get_by_text("3,000 × 1 pixels, too small or too narrow to show here")).to_be_visible()
    expect(screen.page.get_by_alt_text("The back as it will be sent")).to_have_js_property("naturalWidth", 180)
    screen.enter_day("Expires on", "2035-01-31")
    screen.press("Upload front and back")
    expect(screen.receipt).to_have_text([re.compile("^Done"), re.compile("^Done")])
    new = {paper["documentSide"]: key for key, paper in bakkt.documents(name).items() if key not in before}
    screen.open(f"/documents?account={quote(name, safe='')}")
    opened = screen.by_key("wb-opened")
    screen.by_key(f"wb-document-open-{new['FRONT']}").get_by_text("Open").click()
    expect(opened).to_contain_text("3,000 × 1 pixels, too small or too narrow to show here. Download it")
    screen.by_key(f"wb-document-open-{new['BACK']}").get_by_text("Open").click()
    expect(opened.locator("img")).to_have_js_property("naturalWidth", 1460)
    expect(opened.get_by_text("Download", exact=True)).to_be_visible()
    expect(screen.page.get_by_text("unexpected")).to_have_count(0)


def odd_picture(mode: str, size: tuple[int, int]) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size).save(written, "PNG")
    return written.getvalue()


def is_licence_of_a_person(bakkt: Bakkt, one: dict[str, Any]) -> bool:
    """Whether the sole owner of an account has uploaded a driver's licence."""
    name = one["client_account_id"]
    documents = bakkt.documents(name).values() if one["account_type"] == "INDIVIDUAL" and one["documents"] else ()
    return [paper["documentType"] for paper in documents] == [LICENCE, LICENCE]


def account_view(colour: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (320, 200), colour).save(content, "JPEG")
    return content.getvalue()


WHO_MANAGES = 1
"""The line of the checklist that Bakkt knows nothing of: a person records it here."""


def test_the_documents_of_an_entity_are_completed_and_its_kyb_is_started(bakkt: Bakkt, screen: Screen) -> None:
    name = bakkt.first(lacks_one_of_each)
    lines = bakkt.truth(name)["checklist"]
    before, unmet = bakkt.documents(name), sum(not line["is_met"] for line in lines)
    total = len(lines) + WHO_MANAGES
    screen.open(kyb_of(name))
    for number in range(unmet):
        expect(page_text(screen)).to_contain_text(f"{len(lines) - unmet + number} of {total} requirements met")
        upload_the_first_that_lacks(screen, f"paper-{number}.jpg", account_view(COLOURS[number]))
        assert_in_the_log(screen, name, "Document upload")
        screen.open(kyb_of(name))
    assert len(bakkt.documents(name)) == len(before) + unmet
    assert all(line["is_met"] for line in bakkt.truth(name)["checklist"])
    screen.page.get_by_label("Share of equity, in %").fill("60")
    screen.page.get_by_text("Yes", exact=True).first.click()
    screen.press("Record this owner")
    expect(page_text(screen)).to_contain_text(f"{total} of {total} requirements met. You can trigger screening.")
    screen.press("Trigger KYB screening")
    expect(screen.receipt).to_contain_text("Done")
    assert bakkt.truth(name)["kyb_triggered_at"]
    assert bakkt.sandbox.json("/sandbox/calls")["operations"]["triggerKYBScreening"] == 1
    assert_in_the_log(screen, name, "KYB trigger")


def test_a_customer_information_form_is_made_from_what_bakkt_holds(bakkt: Bakkt, screen: Screen) -> None:
    name = bakkt.first(lambda one: one["standing"] == "kyb_documents" and not lacks_one_of_each(one))
    held = bakkt.account(name)
    screen.open(kyb_of(name))
    with screen.page.expect_download() as download:
        screen.page.get_by_role("button", name="Download the prefilled form").click()
    form = Document(str(download.value.path()))
    cells = {row.cells[0].text: row.cells[1].text for table in form.tables for row in table.rows[:3]}
    told = [cell.text for table in form.tables for row in table.rows for cell in row.cells]
    assert cells["Legal name"] == held["entity"]["entityLegalName"]
    for owner in held["owners"]:
        assert f"{owner['identity']['givenName']} {owner['identity']['familyName']}" in told
    assert bakkt.account(name) == held
    screen.page.get_by_label("Reason for manual KYB").fill("An owner is a company")
    screen.press("Record that manual KYB was started")
    expect(screen.page.get_by_text("Recorded: manual KYB is in progress.")).to_be_visible()
    screen.open(f"/customers?account={quote(name, safe='')}")
    expect(screen.page.get_by_text("manual KYB started").first).to_be_visible()


def lacks_one_of_each(one: dict[str, Any]) -> bool:
    """Whether an entity misses one document of its own and one of an owner."""
    lacks = sorted(bool(line["client_owner_id"]) for line in one["checklist"] if not line["is_met"])
    return one["standing"] == "kyb_documents" and lacks == [False, True]


def upload_the_first_that_lacks(screen: Screen, file_name: str, content: bytes) -> None:
    screen.page.get_by_role("button", name="Upload", exact=True).first.click()
    screen.page.wait_for_url(re.compile("tab=documents"))
    screen.attach(0, file_name, content)
    country = screen.page.get_by_role("combobox", name=re.compile("^Issued in"))
    if country.input_value() == "":
        screen.pick(country, "United States")
        screen.settle()
    endless = screen.page.get_by_text("No expiry date")
    if endless.count():
        endless.click()
        screen.settle()
    screen.by_key("wb-upload-send").get_by_role("button").click()
    expect(screen.receipt).to_contain_text("Done")


def firm_of_two() -> Form:
    """A company with an owner here and one abroad."""
    answers = company("firm-in-a-browser").answers
    here = {path: answer for path, answer in answers.items() if not path.startswith(("owners[1]", "owners[2]"))}
    abroad = {path: answer for path, answer in answers.items() if path.startswith("owners[2]")}
    return Form(here | {path.replace("owners[2]", "owners[1]"): answer for path, answer in abroad.items()}, 2)


@pytest.mark.parametrize("form", [individual("cust-in-a-browser"), firm_of_two()], ids=["individual", "entity"])
def test_an_account_is_opened_step_by_step(bakkt: Bakkt, screen: Screen, form: Form) -> None:
    name = form.client_account_id
    screen.open("/open_account")
    screen.press("Start a new account")
    open_step_by_step(screen, form)
    screen.press("Open the account at Bakkt")
    expect(screen.receipt).to_contain_text("Done")
    held = bakkt.account(name)
    assert held["accountType"] == form.account_type
    assert [owner["role"] for owner in held["owners"]] == ["PRIMARY_OWNER", "BENEFICIAL_OWNER"][: form.owners]
    for place, owner in enumerate(held["owners"]):
        assert_is_as_typed(owner, form, f"owners[{place}]")
    if form.is_entity:
        assert held["entity"]["entityLegalName"] == form.text("entity.entityLegalName")
    assert_in_the_log(screen, name, "Account opening")
    screen.open(f"/customers?account={quote(name, safe='')}")
    expect(screen.page.get_by_text(form.title).first).to_be_visible()


def assert_is_as_typed(owner: dict[str, Any], form: Form, path: str) -> None:
    identity = owner["identity"]
    for key in ("givenName", "familyName", "dateOfBirth", "taxIdType"):
        assert identity[key] == form.text(f"{path}.identity.{key}")
    for key in ("city", "country", "postalCode"):
        assert identity["personalAddress"][key] == form.text(f"{path}.identity.personalAddress.{key}")
    assert owner["mailingAddress"] == identity["personalAddress"]
    assert digits(identity["taxId"]) == digits(form.text(f"{path}.identity.taxId"))
    assert digits(owner["phoneNumber"]).endswith(digits(form.text(f"{path}.phoneNumber")).lstrip("0"))
    assert owner["phoneNumber"].startswith("+")


def digits(number: str) -> str:
    return "".join(filter(str.isdigit, number))


def wait_for_step(screen: Screen, step: str) -> None:
    screen.wait_for_address(lambda url: f"step={step}" in url)


def open_step_by_step(screen: Screen, form: Form) -> None:
    """Fill in the form; each owner is added once the one before is complete, as people do."""
    for step in ("account", "profile"):
        fill_in(screen, Form(form.answers), step)
        leave_step(screen, step)
    for number in range(1, form.owners + 1):
        fill_in(screen, Form(form.answers, number), f"owner-{number}")
        if number < form.owners:
            screen.press("Add another owner")
            wait_for_step(screen, f"owner-{number + 1}")
    leave_step(screen, f"owner-{form.owners}")
    if form.is_entity:
        fill_in(screen, form, "entity")
        leave_step(screen, "entity")


def leave_step(screen: Screen, step: str) -> None:
    screen.by_key(f"wb-opening-next-{step}").get_by_role("button").click()
    screen.wait_for_address(lambda url: f"step={step}" not in url)


def fill_in(screen: Screen, form: Form, step: str) -> None:
    """Fill in a step once its heading has the focus, because moving the focus closes open lists."""
    expect(screen.answer).to_be_focused()
    for one in next(known for known in steps_of(form) if known.key == step).fields:
        answer = form.text(one.path)
        if not answer:
            continue
        field = screen.field(f"-{form.owners}-{re.sub('[^a-zA-Z0-9_-]', '-', one.path)}")
        if one.kind is Kind.SAME:
            field.locator("xpath=ancestor::label").click()
            screen.settle()
        elif one.kind in {Kind.COUNTRY, Kind.TAX_ID_COUNTRY}:
            screen.pick(field, country_name(answer))
        elif one.kind in {Kind.CHOICE, Kind.TAX_ID_TYPE}:
            screen.pick(field, choice_words(answer))
        else:
            field.fill(answer)
    screen.page.keyboard.press("Tab")
    screen.settle()


def page_text(screen: Screen) -> Locator:
    return screen.page.locator(".wb-sentence").first


def kyb_of(name: str) -> str:
    return f"/kyb?account={quote(name, safe='')}"


def assert_in_the_log(screen: Screen, name: str, action: str, *words: str, lines: int = 1) -> None:
    """Assert the account's lines for this action in the log, and the receipt at the current address."""
    sent = actions_in_address(screen)
    assert len(sent) == lines
    screen.open(f"/actions?account_id={quote(name, safe='')}")
    table = screen.page.locator("[data-testid=stDataFrame]").last
    for row in range(lines):
        for word in (name, action, "Accepted", AGENT, *words):
            expect(table.locator("tr").nth(row + 1)).to_contain_text(word)
    for action_id in sent:
        screen.open(f"/actions?action={action_id}")
        expect(screen.answer).to_have_text(action)
        expect(screen.receipt).to_have_text(re.compile(f"^Done.* by {AGENT}, "))
        expect(screen.page.get_by_text(action_id)).to_be_visible()


def actions_in_address(screen: Screen) -> list[str]:
    return parse_qs(urlsplit(screen.page.url).query)["action"]


def test_kyb_is_worked_by_keyboard_alone(bakkt: Bakkt, screen: Screen) -> None:
    name = bakkt.first(lambda one: one["standing"] == "kyb_documents" and unmet_owner(one) != "")
    lines = bakkt.truth(name)["checklist"]
    unmet, total = sum(not line["is_met"] for line in lines), len(lines) + WHO_MANAGES
    screen.open(kyb_of(name))
    screen.tab_to("Mark a requirement as met another way")
    screen.strike("Enter")
    screen.tab_to("Requirement")
    screen.pick_focused("Identity of owner")
    screen.tab_to("Reason (recorded under your name)")
    screen.type("Holds 4% and does not manage the business")
    screen.tab_to("Record")
    screen.strike("Enter")
    expect(page_text(screen)).to_contain_text(f"{len(lines) - unmet + 1} of {total} requirements met")
    screen.tab_to("Take back")
    screen.strike("Enter")
    expect(page_text(screen)).to_contain_text(f"{len(lines) - unmet} of {total} requirements met")
    screen.tab_to("Start without these documents")
    screen.strike("Enter")
    expect(screen.page.get_by_test_id("stTabs").get_by_text("The checklist is not complete")).to_be_visible()
    assert not bakkt.truth(name)["kyb_triggered_at"]
    screen.tab_to("Reason for starting without them")
    screen.type("Bakkt's support asked us to")
    screen.tab_to("Start without these documents")
    screen.strike("Enter")
    expect(screen.receipt).to_contain_text("Done")
    assert bakkt.truth(name)["kyb_triggered_at"]
    screen.tab_to("Back to the overview")
    screen.strike("Enter")
    screen.wait_for_address(lambda url: "tab=" not in url)


def unmet_owner(one: dict[str, Any]) -> str:
    """Return the owner of the last checklist line, which is not met."""
    last = one["checklist"][-1] if one["checklist"] else {"is_met": True, "client_owner_id": None}
    return "" if last["is_met"] else str(last["client_owner_id"] or "")


def test_what_is_wrong_with_a_field_moves_nothing_on_the_page(bakkt: Bakkt, screen: Screen) -> None:
    name = bakkt.first(lambda one: one["standing"] == "active" and one["account_type"] == "INDIVIDUAL")
    screen.open(f"/update?account={quote(name, safe='')}")
    below = screen.page.get_by_text("Other fields: Bakkt may refuse a change")
    before = below_the_name(screen, below)
    for label, wrong in (("City", "••••"), ("Phone", "12"), ("Postal code", "••••"), ("Given name", "\u202eAnn")):
        field = screen.page.get_by_label(label, exact=True).first
        field.fill(wrong)
        field.press("Tab")
        screen.settle()
    expect(screen.page.locator("p.wb-field.wb-red")).to_have_count(4)
    assert below_the_name(screen, below) == before


def below_the_name(screen: Screen, place: Locator) -> float:
    """Return how far below the customer's name something stands, wherever the page is scrolled to."""
    name, found = screen.answer.bounding_box(), place.bounding_box()
    assert name is not None
    assert found is not None
    return found["y"] - name["y"]


def lose_kyb_trigger(bakkt: Bakkt, screen: Screen) -> str:
    """Trigger the screening of a business so that the answer is lost; returns its account id."""
    name = bakkt.first(lambda one: one["standing"] == "kyb_documents")
    bakkt.sandbox.json(
        "/sandbox/faults", "POST", [{"kind": "lost", "operation": "triggerKYBScreening", "account": name}]
    )
    screen.open(kyb_of(name))
    screen.by_key(f"wb-kyb-reason-{name}").get_by_role("textbox").fill("The documents went by post")
    screen.press("Start without these documents")
    expect(screen.receipt).to_contain_text("the answer was lost")
    return name


def say_that_bakkt_did_it(screen: Screen) -> None:
    screen.page.get_by_text("Bakkt did it", exact=True).click()
    screen.page.get_by_label("How do you know?").fill("Confirmed by Bakkt's support")
    screen.press("Settle")


def test_a_lost_kyb_trigger_is_settled_where_the_page_offers_it(bakkt: Bakkt, screen: Screen) -> None:
    name = lose_kyb_trigger(bakkt, screen)
    screen.open(f"/customers?account={quote(name, safe='')}")
    screen.open(kyb_of(name))
    # The first sentence says for a moment that Bakkt gives no answer.
    answer = screen.page.locator(".wb-sentence", has_text="requirements met")
    expect(answer).to_contain_text("The last attempt is not settled")
    say_that_bakkt_did_it(screen)
    expect(answer).to_contain_text("KYB has already started")
    expect(answer).not_to_contain_text("The last attempt is not settled")


def test_a_lost_kyb_trigger_is_settled_on_its_receipt(bakkt: Bakkt, screen: Screen) -> None:
    lose_kyb_trigger(bakkt, screen)
    expect(screen.receipt).not_to_contain_text("UTC")  # the reader is in New York
    say_that_bakkt_did_it(screen)
    expect(screen.receipt).to_contain_text("Done")
