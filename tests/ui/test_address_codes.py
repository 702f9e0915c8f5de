"""Which codes of an address a page takes."""

from datetime import date

import pytest

from workbench.ui.explore.codes import ExploreCodes
from workbench.ui.explore.periods import code_of, period_of
from workbench.ui.forms.address_codes import ANY_DAY, ANY_VALUE
from workbench.ui.funnel.codes import FunnelCodes
from workbench.ui.verification.forecast import hour_of

TODAY = date(2026, 11, 29)
NO_DAYS = [
    *("9999-12-31", "9999-12-01", "2201-01-01", "1899-12-31", "0001-01-01"),
    *("20261001", "2026-W40-1", "2026-10-1", "2026-02-30", " 2026-10-01", "٢٠٢٦-١٠-٠١", ""),
]


@pytest.mark.parametrize("code", NO_DAYS)
def test_a_day_is_written_in_one_way_and_lies_in_these_centuries(code: str) -> None:
    assert code not in ANY_DAY
    assert period_of(f"2026-10-01..{code}", TODAY) is None
    assert period_of(f"{code}..2026-10-01", TODAY) is None


def test_the_first_and_the_last_day_that_are_taken_have_a_period_before() -> None:
    assert "1900-01-01" in ANY_DAY
    assert "2200-12-31" in ANY_DAY
    widest = period_of(code_of(date(1900, 1, 1), date(2200, 12, 31)), TODAY)
    assert widest
    assert widest.before
    assert widest.before.until == date(1900, 1, 1)
    compared = FunnelCodes(since="1900-01-01", until="2200-12-31", compare="before").compared
    assert compared
    assert compared.until == date(1900, 1, 1)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-10-02", "2026-10-01", True),
        ("2026-10-01", "2026-10-01", False),
        ("2026-09-30", "2026-10-01", False),
        (None, "2026-10-01", False),
        ("2026-10-01", None, False),
    ],
)
def test_a_period_is_upside_down_if_it_ends_before_its_first_day(
    since: str | None, until: str | None, expected: bool
) -> None:
    assert FunnelCodes(since=since, until=until).is_upside_down is expected


@pytest.mark.parametrize(
    "code",
    [
        *("2026-11-29", "2026-11-29T14", "2026-11-29T14:00", "2026-11-29 14:00:00", "20261129T140000"),
        *("2026-11-29T14:30:00", "2026-11-29T14:00:01", "2026-11-29T14:00:00.000001", "2026-11-29T14:00:00+02:00"),
        *("2026-13-01T00:00:00", "0001-01-01T00:00:00", "9999-12-31T23:00:00", "nonsense", ""),
    ],
)
def test_what_is_not_the_code_of_an_hour_is_none(code: str) -> None:
    assert hour_of(code, 1.0) is None


@pytest.mark.parametrize(
    ("code", "speed", "expected"),
    [
        ("2026-11-29T14:00:00", 1.0, True),
        ("2026-11-29T14:02:00", 60.0, True),
        ("2026-11-29T14:02:30", 60.0, False),
        ("2026-11-29T14:02:30", 120.0, True),
        ("1970-01-01T00:08:34.285714", 7.0, True),
    ],
)
def test_an_hour_is_a_whole_one_of_the_desk(code: str, speed: float, expected: bool) -> None:
    hour = hour_of(code, speed)
    assert (hour is not None and hour.isoformat() == code) is expected


def test_a_second_property_is_another_one_than_the_first() -> None:
    codes = ExploreCodes(by="country", then_by="state")
    assert codes.changed(by="state").address == {"by": "state"}
    assert codes.changed(by="migrated").address == {"by": "migrated", "then_by": "state"}
    assert codes.changed(by=None).address == {}
    assert codes.changed(measure="reached").then_by == "state"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("\u200fישראל", True), ("two\nlines", True), ("x" * 200, True), ("x" * 201, False), ("", False), (None, False)],
)
def test_a_value_is_any_text_that_is_not_too_long(value: str | None, expected: bool) -> None:
    assert (value in ANY_VALUE) is expected
