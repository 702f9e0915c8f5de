"""Odd but valid files on the page Documents: before they are sent, in the review, after it, and opened again."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
import streamlit as st
from httpx2 import Response
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.support.hostile_files import REFUSED, many_pages, page_with
from tests.support.link_harness import link_harness
from tests.support.odd_pictures import A8R8G8B8, BITFIELDS, V4, bmp_of
from tests.support.sample_files import account_view, pdf, saved, statement_pdf
from tests.support.screens import open_page, page_text
from tests.support.upload_harness import UploadHarness, file_of
from workbench.desk import Desk, build_desk
from workbench.files.reasons import Reason
from workbench.settings import read_settings

pytestmark = pytest.mark.slow

TOO_NARROW = "too small or too narrow to show here"


def plain(width: int, height: int, kind: str = "PNG") -> bytes:
    return saved(Image.new("RGB", (width, height), (90, 120, 150)), kind)


def moving(kind: str) -> bytes:
    pictures = [account_view().rotate(90 * number) for number in range(3)]
    return saved(pictures[0], kind, save_all=True, append_images=pictures[1:], duration=200)


SHOWN: dict[str, bytes] = {
    "JPEG for print, CMYK": saved(account_view("CMYK", (2000, 1200)), "JPEG"),
    "wide 16-bit grey PNG": saved(Image.new("I;16", (2000, 300), 30_000), "PNG"),
    "16-bit RGBA PNG": saved(account_view("RGBA"), "PNG"),
    "palette PNG with transparency": saved(account_view("P", (2000, 400)), "PNG", transparency=0),
    "grey PNG with transparency": saved(account_view("LA", (2000, 400)), "PNG"),
    "twenty times as wide as high": plain(3000, 150),
    "twenty times as high as wide": plain(150, 3000, "BMP"),
    "transparent BMP": bmp_of(32, size=(60, 40), packing=BITFIELDS, masks=A8R8G8B8, header=V4),
}
MOVING: dict[str, bytes] = {"GIF that moves": moving("GIF"), "APNG": moving("PNG")}
NOT_SHOWN: dict[str, bytes] = {
    **{f"3,000 × 1 {kind}": plain(3000, 1, kind) for kind in ("PNG", "JPEG", "GIF", "BMP")},
    "1 × 3,000": plain(1, 3000),
    "30,000 × 1": plain(30_000, 1),
    "65,000 × 1": plain(65_000, 1),
    "1 × 1": plain(1, 1, "GIF"),
    "3,000 × 100": plain(3000, 100),
}


@pytest.fixture(scope="module")
def uploads() -> Iterator[UploadHarness]:
    with link_harness() as harness:
        harness.behind = timedelta()
        yield UploadHarness(harness)
        st.cache_resource.clear()


@pytest.fixture(scope="module")
def desk(uploads: UploadHarness) -> Desk:
    settings = read_settings({"WORKBENCH_ACTOR": "Ann"})
    return build_desk(uploads.harness.store, settings, lambda _=1.0: uploads.harness.connect())


@pytest.fixture(autouse=True)
def _another_person(uploads: UploadHarness) -> None:
    """Each test has the next customer: a page that lists the documents of all tests before takes longer and longer."""
    uploads.next_customers()


def text(page: AppTest) -> str:
    return unescape(page_text(page))


def pictures(page: AppTest) -> int:
    assert not page.exception
    assert "unexpected" not in text(page)
    return len(page.image)


def reviewed(desk: Desk, account: str, content: bytes) -> AppTest:
    page = open_page("documents", desk, account=account, type="PASSPORT")
    side = next(one.key for one in page.file_uploader if one.key and one.key.endswith("-FRONT"))
    return page.file_uploader(key=side).upload("scan", content, "image/png").run()


def sent(page: AppTest) -> AppTest:
    next(box for box in page.checkbox if box.label.startswith("No expiry date")).check().run()
    page.button(key="wb-upload-send").click().run()
    assert "<strong>Done</strong>" in text(page)
    return page


def newest_at_bakkt(uploads: UploadHarness) -> str:
    return str(uploads.at_bakkt()[-1]["clientDocumentId"])


def opened(uploads: UploadHarness, desk: Desk) -> AppTest:
    """Open the newest document that Bakkt holds."""
    uploads.read(uploads.person)
    page = open_page("documents", desk, account=uploads.person)
    newest = newest_at_bakkt(uploads)
    page.button(key=f"wb-document-open-{newest}").click().run()
    assert page.get("download_button")
    return page


@pytest.mark.parametrize("name", SHOWN)
def test_an_odd_picture_is_shown_before_it_is_sent_and_opened_again(
    name: str, uploads: UploadHarness, desk: Desk
) -> None:
    review = reviewed(desk, uploads.person, SHOWN[name])
    assert pictures(review) == 1
    pictures(sent(review))
    page = opened(uploads, desk)
    assert pictures(page) == 1
    assert TOO_NARROW not in text(page)


@pytest.mark.parametrize("name", NOT_SHOWN)
def test_a_picture_too_narrow_to_see_is_described_and_can_be_sent_opened_and_downloaded(
    name: str, uploads: UploadHarness, desk: Desk
) -> None:
    review = reviewed(desk, uploads.person, NOT_SHOWN[name])
    assert pictures(review) == 0
    assert f"{TOO_NARROW}. Open your own file to see all that will be sent." in text(review)
    pictures(sent(review))
    page = opened(uploads, desk)
    assert pictures(page) == 0
    assert f"{TOO_NARROW}. Download it to see all of it." in text(page)


@pytest.mark.parametrize("name", MOVING)
def test_of_an_animation_the_first_frame_is_shown_and_said_to_be_one_of_three(
    name: str, uploads: UploadHarness, desk: Desk
) -> None:
    review = reviewed(desk, uploads.person, MOVING[name])
    assert pictures(review) == 1
    assert "48 × 32, 3 frames" in text(review)
    assert "the first of 3 frames is shown. Open your own file" in text(review)
    sent(review)
    page = opened(uploads, desk)
    assert pictures(page) == 1
    assert "the first of 3 frames is shown. Download it" in text(page)


ODD_PDFS: dict[str, bytes] = {
    "a page of one point": page_with("").replace(b"[0 0 200 200]", b"[0 0 1 1]  "),
    "a page without a size": pdf(page="<< /Type /Page /Parent 2 0 R >>"),
    "a page far wider than high": page_with("").replace(b"[0 0 200 200]", b"[0 0 9999 1] "),
    "a page upside down": page_with("/Rotate 180"),
    "three hundred pages": many_pages(300),
    "a bank's statement": statement_pdf(),
}


@pytest.mark.parametrize("name", ODD_PDFS)
def test_an_odd_pdf_is_sent_and_shown(name: str, uploads: UploadHarness, desk: Desk) -> None:
    sent(reviewed(desk, uploads.person, ODD_PDFS[name]))
    page = opened(uploads, desk)
    assert pictures(page) == 0
    assert [one for one in page.get("bidi_component") if "pdf" in one.proto.component_name]
    assert "It is not shown here" not in text(page)


ONE_OF_EACH_REASON = {reason: content for content, reason in REFUSED.values() if content}


@pytest.mark.parametrize("reason", ONE_OF_EACH_REASON)
def test_a_document_at_bakkt_that_cannot_be_shown_says_why_and_can_be_downloaded(
    reason: Reason, uploads: UploadHarness, desk: Desk
) -> None:
    uploads.send(uploads.passport(), file_of(ONE_OF_EACH_REASON[reason]))
    page = opened(uploads, desk)
    assert pictures(page) == 0
    assert "It is not shown here. Download it only where it is safe to open untrusted files." in text(page)


def test_an_empty_document_at_bakkt_is_said_to_be_empty(uploads: UploadHarness, desk: Desk) -> None:
    uploads.send(uploads.passport())
    nothing_at = f"/{newest_at_bakkt(uploads)}"
    uploads.harness.wire.instead = lambda asked: Response(200) if asked.url.path.endswith(nothing_at) else None
    page = opened(uploads, desk)
    assert pictures(page) == 0
    assert "The file is empty" in text(page)
    assert "Ask the customer for the document, and upload it again." in text(page)


def test_an_empty_file_is_refused_at_its_field(uploads: UploadHarness, desk: Desk) -> None:
    page = reviewed(desk, uploads.person, b"")
    assert "The file is empty" in text(page)
    assert page.button(key="wb-upload-send").disabled


def test_a_picture_too_large_to_decode_is_refused_and_never_shown(uploads: UploadHarness, desk: Desk) -> None:
    bomb = REFUSED["PNG bomb"][0]
    assert "The picture is too large to open" in text(reviewed(desk, uploads.person, bomb))
    uploads.send(uploads.passport(), file_of(bomb))
    assert "The picture is too large to open" in text(opened(uploads, desk))
