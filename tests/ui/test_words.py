from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from workbench.domain.moments import duration
from workbench.domain.vocabulary import Standing, Turn
from workbench.domain.words import code_word, plural, share
from workbench.ui.text import words
from workbench.ui.text.document_words import added_description
from workbench.ui.text.kyb_words import reason_words

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "page_text"),
    [
        (40 / 3600, "40 s"),
        (-40 / 3600, "40 s"),
        (1 / 60, "1 min"),
        (0.5, "30 min"),
        (5.2, "5 h"),
        (47, "47 h"),
        (48, "2 d"),
        (-70, "3 d"),
        (24 * 59, "59 d"),
        (24 * 90, "3 mo"),
        (None, "–"),
    ],
)
def test_a_duration_is_said_in_the_unit_people_use(hours: float | None, page_text: str) -> None:
    assert duration(hours) == page_text


def test_times_ahead_and_behind_read_differently() -> None:
    assert words.until(5) == "in 5 h"
    assert words.until(40 / 3600) == "in 40 s"
    assert words.until(-72) == "3 d late"
    assert words.ago(2) == "2 h ago"
    assert words.ago(0.001) == "just now"
    assert words.ago(None) == "never"


@pytest.mark.parametrize(("number", "page_text"), [(1, "1 link"), (0, "0 links"), (4312, "4,312 links")])
def test_numbers_are_separated_and_agree_with_their_noun(number: int, page_text: str) -> None:
    assert plural(number, "link") == page_text


def test_an_irregular_plural_is_given_by_the_caller() -> None:
    assert plural(2, "entity", "entities") == "2 entities"


def test_a_clock_is_short_today_and_dated_before() -> None:
    assert words.clock(datetime(2026, 11, 22, 9, 5, tzinfo=UTC), UTC, NOON) == "09:05"
    assert words.clock(datetime(2026, 11, 20, 9, 5, tzinfo=UTC), UTC, NOON) == "20 Nov 09:05"
    assert words.clock(datetime(2025, 11, 20, 9, 5, tzinfo=UTC), UTC, NOON) == "20 Nov 2025"


def test_a_stored_time_without_a_zone_is_utc() -> None:
    stored = datetime(2026, 11, 22, 9, 5)  # noqa: DTZ001 - as the store gives it back
    assert words.clock(stored, ZoneInfo("Europe/Berlin"), NOON) == "10:05"


@pytest.mark.parametrize("name", [None, "", "Not/AZone", "../etc"])
def test_an_unknown_zone_is_utc(name: str | None) -> None:
    assert words.clock(NOON, words.zone_named(name), NOON) == "12:00"


def test_every_standing_and_turn_has_a_word() -> None:
    assert all(words.standing_word(standing) != standing.value for standing in Standing)
    assert len({words.turn_word(turn)[0] for turn in Turn}) == len(Turn)


def test_what_bakkt_invents_tomorrow_is_shown_as_it_is() -> None:
    assert words.standing_word("brand_new") == "brand_new"
    assert words.turn_word("somebody") == "somebody"
    assert words.link_word("odd") == "odd"
    assert code_word("RISK_SOMETHING_NEW") == "Risk something new"


def test_a_share_is_whole_percents() -> None:
    assert share(0.618) == "62%"
    assert share(None) == "–"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("UNDER_REVIEW", "Under review"),
        ("DRIVERS_LICENSE", "Driver's licence"),
        ("ENTITY_PERSONAL_TRUST", "Personal trust"),
        ("OF_TOMORROW", "Of tomorrow"),
        (None, ""),
    ],
)
def test_a_code_is_said_in_words_and_has_one_name_everywhere(code: str | None, said: str) -> None:
    assert code_word(code) == said


@pytest.mark.parametrize(
    ("described", "shown"), [("passport", ""), ("Renewed passport", "Renewed passport"), (None, "")]
)
def test_a_description_that_repeats_the_documents_type_is_left_out(described: str | None, shown: str) -> None:
    assert added_description({"document_type": "PASSPORT", "description": described}) == shown


def test_a_kyb_reason_has_codes_in_words_and_days_as_everywhere() -> None:
    assert reason_words("passport expired on 2024-11-08") == "passport expired on 8 Nov 2024"
    assert reason_words("DRIVERS_LICENSE, valid through 2035-01-31") == "driver's licence, valid through 31 Jan 2035"
    needs = "an ENTITY_DUE_DILIGENCE of the entity, described as bylaws"
    assert reason_words(needs) == "a due diligence document of the entity, described as bylaws"
    assert reason_words(None) == ""
