"""Every action with a lost answer, a refusal, a 429 and a Bakkt that is away, in a browser against the second Bakkt.

At each moment the screen says what is true and what to do. `make walks` meets all pairs; other runs meet each action
once and each trouble at least once.
"""

from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.support.browser_screen import Screen
from tests.support.other_bakkt import ANSWER_LOST, Operation, Trouble, refused, too_fast
from tests.support.other_desk import OtherDesk, other_desk
from tests.support.rounds import WALK_ACCOUNTS
from tests.support.sample_files import statement_pdf
from workbench.domain.vocabulary import ActionKind

pytestmark = pytest.mark.slow

LOST, REFUSED, TOO_FAST, AWAY = "lost", "refused", "too-fast", "away"
TROUBLES = [LOST, REFUSED, TOO_FAST, AWAY]
PAIRS = [(kind, trouble) for kind in ActionKind for trouble in TROUBLES]
EACH_ONCE = [
    (ActionKind.OPEN_ACCOUNT, LOST),
    (ActionKind.UPDATE_ACCOUNT, REFUSED),
    (ActionKind.UPLOAD_DOCUMENT, TOO_FAST),
    (ActionKind.TRIGGER_KYB, LOST),
    (ActionKind.REQUEST_LINK, AWAY),
]
IS_LONG_WALK = WALK_ACCOUNTS > 1000
OPERATIONS = {
    ActionKind.OPEN_ACCOUNT: Operation.CREATE_ACCOUNT,
    ActionKind.UPDATE_ACCOUNT: Operation.CREATE_ACCOUNT,
    ActionKind.UPLOAD_DOCUMENT: Operation.UPLOAD,
    ActionKind.TRIGGER_KYB: Operation.TRIGGER_KYB,
    ActionKind.REQUEST_LINK: Operation.GET_LINK,
}
CITY = {"code": 7, "field": "owners[0].identity.personalAddress.city", "message": "City is not serviced"}
NOT_SERVICED = refused(422, {"code": 422013, "message": "Unprocessable party", "validationErrors": [CITY]})
QUOTA = {"type": "q", "field": "party", "description": "the maximum number of sessions was reached"}
REFUSALS: dict[ActionKind, tuple[Trouble, list[str]]] = {
    ActionKind.OPEN_ACCOUNT: (NOT_SERVICED, ["Unprocessable party", "city: City is not serviced"]),
    ActionKind.UPDATE_ACCOUNT: (NOT_SERVICED, ["Unprocessable party", "city: City is not serviced"]),
    ActionKind.UPLOAD_DOCUMENT: (
        refused(404, {"code": 404033, "message": "Scan is not legible enough"}),
        ["Scan is not legible enough"],
    ),
    ActionKind.TRIGGER_KYB: (
        refused(409, {"code": 409001, "message": "Screening is not enabled for this party"}),
        ["Screening is not enabled for this party"],
    ),
    ActionKind.REQUEST_LINK: (
        refused(
            400,
            {
                "type": "urn:kyc:quota",
                "description": "No further sessions for this party",
                "detail": "Contact operations",
                "details": [QUOTA],
            },
        ),
        ["Contact operations", "No further sessions for this party", "the maximum number of sessions was reached"],
    ),
}
"""Refusals with other codes and words than the sandbox's, and the words that the person must read."""
READ_BACK = {ActionKind.OPEN_ACCOUNT, ActionKind.UPDATE_ACCOUNT, ActionKind.UPLOAD_DOCUMENT}
ASKED_BEFORE = {ActionKind.OPEN_ACCOUNT, ActionKind.UPDATE_ACCOUNT}
"""Bakkt is read before these are sent, so that with Bakkt away nothing leaves."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[OtherDesk]:
    with other_desk(tmp_path_factory.mktemp("other"), port, TROUBLES) as desk:
        yield desk


@pytest.fixture(scope="module")
def base_url(desk: OtherDesk) -> str:
    return desk.url


@pytest.mark.parametrize(("kind", "trouble"), PAIRS if IS_LONG_WALK else EACH_ONCE)
def test_the_screen_says_what_is_true_and_what_to_do(
    desk: OtherDesk, screen: Screen, kind: ActionKind, trouble: str
) -> None:
    subject, before = desk.subjects[kind, trouble], desk.bakkt.count(OPERATIONS[kind])
    send = FORMS[kind](screen, subject)
    if trouble == AWAY:
        desk.bakkt.is_away = True
    else:
        treat = {LOST: ANSWER_LOST, REFUSED: REFUSALS[kind][0], TOO_FAST: too_fast(2)}
        desk.bakkt.treat_next(OPERATIONS[kind], treat[trouble])
    send()
    SAID[trouble](screen, kind)
    desk.bakkt.is_away = False
    assert desk.bakkt.count(OPERATIONS[kind]) - before == (0 if trouble == AWAY else 1)


def after_a_lost_answer(screen: Screen, kind: ActionKind) -> None:
    """What can be read back is settled by itself; for the rest a person is asked."""
    expect(screen.page.locator("[data-testid=stMain]")).not_to_contain_text("Answered")
    if kind in READ_BACK:
        expect(screen.receipt).to_contain_text("Done")
        expect(screen.receipt).to_contain_text("Settled by reading")
        return
    expect(screen.receipt).to_contain_text("Sent, but the answer was lost")
    expect(screen.receipt).to_contain_text("not sent again automatically, and is locked until settled")
    screen.page.get_by_text("It never reached Bakkt", exact=True).click()
    screen.page.get_by_label("How do you know?").fill("Bakkt's support looked")
    screen.press("Settle")
    expect(screen.receipt).to_contain_text("Not sent")


def after_a_refusal(screen: Screen, kind: ActionKind) -> None:
    expect(screen.receipt).to_contain_text("Refused by Bakkt")
    for words in REFUSALS[kind][1]:
        expect(screen.receipt).to_contain_text(words)
    if kind is ActionKind.REQUEST_LINK:
        expect(screen.receipt).to_contain_text("No link is left for this account")


def after_too_many_requests(screen: Screen, _kind: ActionKind) -> None:
    expect(screen.receipt).to_contain_text("Not sent")
    expect(screen.receipt).to_contain_text("Try again in 2 seconds.")
    expect(screen.receipt).to_contain_text("You can confirm again.")
    expect(screen.page.get_by_role("button", name="Bakkt says no link is left")).to_have_count(0)


def while_bakkt_is_away(screen: Screen, kind: ActionKind) -> None:
    title = "Not sent" if kind in ASKED_BEFORE else "Sent, but the answer was lost"
    expect(screen.receipt).to_contain_text(title)
    expect(screen.page.locator("[data-testid=stMain]")).to_contain_text("No usable answer from Bakkt since")


SAID: dict[str, Callable[[Screen, ActionKind], None]] = {
    LOST: after_a_lost_answer,
    REFUSED: after_a_refusal,
    TOO_FAST: after_too_many_requests,
    AWAY: while_bakkt_is_away,
}


def fill_update(screen: Screen, account: str) -> Callable[[], None]:
    screen.open(f"/update?account={quote(account, safe='')}")
    city = screen.page.get_by_label("City", exact=True).first
    city.fill("Larchfield")
    city.press("Tab")
    screen.press("Review the update — 1 change")
    return lambda: screen.press("Send the update — 1 change")


def fill_upload(screen: Screen, account: str) -> Callable[[], None]:
    screen.open(f"/documents?account={quote(account, safe='')}")
    screen.attach(0, "passport.pdf", statement_pdf())
    screen.page.get_by_text("No expiry date").click()
    screen.settle()
    return lambda: screen.by_key("wb-upload-send").get_by_role("button").click()


def fill_kyb(screen: Screen, account: str) -> Callable[[], None]:
    screen.open(f"/kyb?account={quote(account, safe='')}")
    screen.by_key(f"wb-kyb-reason-{account}").get_by_role("textbox").fill("The documents went by post")
    return lambda: screen.press("Start without these documents")


def open_link(screen: Screen, account: str) -> Callable[[], None]:
    screen.open(f"/link?account={quote(account, safe='')}")
    return lambda: screen.by_key("wb-link-send").get_by_role("button").click()


def open_review(screen: Screen, draft: str) -> Callable[[], None]:
    screen.open(f"/open_account?draft={quote(draft, safe='')}&step=review")
    return lambda: screen.by_key("wb-opening-send").get_by_role("button").click()


FORMS: dict[ActionKind, Callable[[Screen, str], Callable[[], None]]] = {
    ActionKind.OPEN_ACCOUNT: open_review,
    ActionKind.UPDATE_ACCOUNT: fill_update,
    ActionKind.UPLOAD_DOCUMENT: fill_upload,
    ActionKind.TRIGGER_KYB: fill_kyb,
    ActionKind.REQUEST_LINK: open_link,
}
"""Each fills in a form up to its last click, which it returns."""
