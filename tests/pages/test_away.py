"""Pages while Bakkt is away: every page says since when and why, and every form before anything is typed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.screens import forget_desk, markup, open_page, page_text
from tests.support.sync_harness import SyncHarness
from workbench.desk import Desk, build_desk
from workbench.settings import read_settings
from workbench.ui.frame.navigation import TITLES
from workbench.ui.live.current_desk import set_desk

NO_ANSWER = "No usable answer from Bakkt since"
FORM_LINE = "Nothing can be sent to Bakkt now"
FORMS = ("update", "documents", "kyb", "link", "backfill")


class Bench:
    """A desk of eight accounts beside a sandbox that can be made to fail."""

    def __init__(self) -> None:
        self.harness = SyncHarness(accounts=8)
        settings = read_settings({}, Path("no-such-file"))
        self.desk: Desk = build_desk(self.harness.store, settings, lambda _=1.0: self.harness.connect())

    def lose_bakkt(self, **rule: object) -> None:
        """From now on no request is answered, and a sync has found that out."""
        self.harness.add_fault(**(rule or {"kind": "refused"}))
        self.desk.sync.run(everything=True)

    @property
    def entity(self) -> str:
        return next(name for name, one in self.harness.truth().items() if one["is_entity"])

    def close(self) -> None:
        self.harness.close()
        forget_desk()


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.close()


@pytest.fixture(scope="module")
def answering() -> Iterator[Bench]:
    """Whose accounts were read; for tests that only look."""
    made = Bench()
    made.desk.sync.run()
    yield made
    made.close()


@pytest.fixture(scope="module")
def lost() -> Iterator[Bench]:
    """Whose accounts were read, and whose Bakkt is away since; for tests that only look."""
    made = Bench()
    made.desk.sync.run()
    made.lose_bakkt()
    yield made
    made.close()


def first_markup_with(page: AppTest, words: str) -> int:
    return next(place for place, piece in enumerate(markup(page)) if words in piece)


@pytest.mark.parametrize("name", TITLES)
def test_every_page_says_since_when_and_why(lost: Bench, name: str) -> None:
    page = open_page(name, lost.desk)
    assert not page.exception
    (line,) = [piece for piece in markup(page) if NO_ANSWER in piece]
    assert re.search(r"since \d\d:\d\d\.", line)
    assert "The connection to Bakkt was lost before it answered." in line
    assert "wb-away" in line


@pytest.mark.parametrize("name", TITLES)
def test_no_page_says_so_while_bakkt_answers(answering: Bench, name: str) -> None:
    assert NO_ANSWER not in page_text(open_page(name, answering.desk))


def test_a_sync_in_which_nothing_was_read_never_counts_as_a_reading(bench: Bench) -> None:
    bench.lose_bakkt()
    shown = page_text(open_page("verification", bench.desk))
    assert "last sync stopped early, nothing read yet" in shown
    assert "just now" not in shown


def test_a_desk_that_never_read_anything_does_not_say_that_it_did(bench: Bench) -> None:
    bench.lose_bakkt()
    text = page_text(open_page("backlog", bench.desk))
    assert "No account has been read yet." in text
    assert "What is shown was read before." not in text


def test_the_header_keeps_the_time_of_the_last_successful_reading(lost: Bench) -> None:
    (read_at,) = [row["last_read_at"] for row in lost.harness.rows("sync/freshness")]
    shown = page_text(open_page("verification", lost.desk))
    header = re.search(r'wb-asof wb-amber" title="([^"]*)"', shown)
    assert header is not None
    assert f"{read_at:%H:%M:%S} UTC" in header[1]
    assert "last sync stopped early, last read " in shown


@pytest.mark.parametrize("name", FORMS)
def test_every_form_says_it_before_anything_is_typed(lost: Bench, name: str) -> None:
    page = open_page(name, lost.desk, account=lost.entity)
    assert not page.exception
    assert FORM_LINE in page_text(page)
    name_and_type = 2
    assert first_markup_with(page, FORM_LINE) == first_markup_with(page, "wb-answer") + name_and_type


def test_the_opening_says_it_in_the_list_of_drafts_and_in_each_step(bench: Bench) -> None:
    bench.lose_bakkt()
    page = open_page("open_account", bench.desk)
    assert FORM_LINE in page_text(page)
    page.button(key="wb-opening-begin").click().run()
    assert page.text_input
    assert FORM_LINE in page_text(page)


@pytest.mark.parametrize("name", FORMS)
def test_no_form_says_it_while_bakkt_answers(answering: Bench, name: str) -> None:
    assert FORM_LINE not in page_text(open_page(name, answering.desk, account=answering.entity))


@pytest.mark.slow
def test_a_form_that_reads_bakkt_itself_finds_out_and_the_first_answer_ends_it(bench: Bench) -> None:
    bench.desk.sync.run()
    bench.harness.add_fault(kind="refused")
    page = open_page("update", bench.desk, account=bench.entity)
    assert "The connection to Bakkt was lost before it answered." in page_text(page)
    assert NO_ANSWER in page_text(open_page("backlog", bench.desk))
    bench.harness.clear_faults()
    page.run()
    assert NO_ANSWER not in page_text(open_page("backlog", bench.desk))


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_accepted_says_what_to_check(bench: Bench, status: int) -> None:
    bench.lose_bakkt(kind="status", status=status)
    shown = page_text(open_page("funnel", bench.desk))
    assert f"Bakkt answered {status}: it does not accept our key or IP address. Check BAKKT_API_KEY" in shown


@pytest.mark.parametrize("status", [404, 422])
def test_refusals_of_all_accounts_do_not_make_bakkt_away(bench: Bench, status: int) -> None:
    bench.desk.sync.run()
    bench.lose_bakkt(kind="status", status=status)
    shown = page_text(open_page("backlog", bench.desk))
    assert NO_ANSWER not in shown
    assert "stopped early" not in shown


def test_data_says_why_the_run_stopped_and_what_stays_due(bench: Bench) -> None:
    bench.lose_bakkt(kind="status", status=503)
    shown = page_text(open_page("data", bench.desk))
    assert "Stopped early: No usable answer for 8 of 8; the last: Bakkt answered 503" in shown
    assert "What was read is kept, and the rest stays due." in shown
    assert NO_ANSWER in page_text(open_page("backlog", bench.desk))


def place_of_the_field(desk: Desk) -> int:
    """Of a field below the line, which Streamlit makes anew, without what is typed, if it moves."""

    def form() -> None:
        import streamlit as st

        from workbench.ui.forms.away import show_away

        show_away()
        st.text_input("Field")

    set_desk(desk)
    shown = AppTest.from_function(form).run().main.children
    return next(place for place, one in shown.items() if one.type == "text_input")


def test_the_line_of_a_form_moves_no_field_when_it_comes(bench: Bench) -> None:
    before = place_of_the_field(bench.desk)
    bench.lose_bakkt()
    assert place_of_the_field(bench.desk) == before


def test_the_next_start_says_it_before_anything_was_asked(bench: Bench) -> None:
    bench.lose_bakkt()
    again = build_desk(bench.harness.store, bench.desk.settings, bench.desk.connect)
    assert NO_ANSWER in page_text(open_page("backlog", again))


@pytest.mark.parametrize("name", ["backlog", "funnel"])
def test_the_banner_moves_nothing_of_the_page_when_it_comes(bench: Bench, name: str) -> None:
    """What is typed in a page and not sent yet would be lost."""
    before = list(open_page(name, bench.desk).main.children)
    bench.lose_bakkt()
    after = open_page(name, bench.desk)
    assert NO_ANSWER in page_text(after)
    assert list(after.main.children) == before
