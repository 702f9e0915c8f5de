"""Figures of an empty desk, of one account, and of what people may have written anywhere."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.screen_customers import seed
from tests.support.sound_figures import ODD, assert_sound
from tests.support.stores import new_store
from workbench.figures import times as explore_times
from workbench.figures.balance import draw_balance
from workbench.figures.flow import draw_flow
from workbench.figures.funnel import times as funnel_times
from workbench.figures.funnel.breakdown import draw_breakdown
from workbench.figures.funnel.steps import draw_steps
from workbench.figures.funnel.weeks import draw_weeks
from workbench.figures.groups import draw_groups
from workbench.figures.palette import Theme
from workbench.figures.verification.completion import draw_completion
from workbench.figures.verification.expiry import draw_expiry
from workbench.store import Store
from workbench.store.engine.catalogue import FUNNEL_PROPERTIES, MEASURES

THEMES = pytest.mark.parametrize("theme", ["light", "dark"])


def figures_of(store: Store, theme: Theme) -> dict[str, Any]:
    """Every figure of the pages, of both types of account and by every property."""
    found: dict[str, Any] = {
        "expiry": draw_expiry(store.read_rows("verification/forecast"), theme, zone="UTC", soon_hours=24),
        "completion": draw_completion(store.read_rows("verification/completion"), theme),
        "balance": draw_balance(store.read_rows("explore/balance"), theme),
        "flow": draw_flow(store.read_rows("explore/flow"), theme),
        "times": explore_times.draw_times(store.read_rows("explore/times"), theme),
    }
    for path in ("individual", "entity"):
        found[f"steps {path}"] = draw_steps(store.read_rows("funnel/steps", path=path), theme)
        found[f"curves {path}"] = funnel_times.draw_times(store.read_rows("funnel/curves", path=path), theme)
        found[f"weeks {path}"] = draw_weeks(store.read_rows("funnel/cohorts", path=path), theme)
        for by in FUNNEL_PROPERTIES:
            rows = store.read_rows("funnel/breakdown", path=path, by=by)
            found[f"breakdown {path} {by}"] = draw_breakdown(rows, theme, by=by, step="cleared", compared=rows)
    for measure in MEASURES:
        rows = store.read_rows("explore/measure", measure=measure, reason="RISK_KYC", by="state", then_by="country")
        found[f"groups {measure}"] = draw_groups(rows, theme, by="state", then_by="country", compared=rows)
    return found


@THEMES
@pytest.mark.parametrize("accounts", [0, 1])
def test_a_desk_of_nobody_and_one_of_one_account_have_sound_figures(accounts: int, theme: Theme) -> None:
    store = new_store()
    if accounts:
        seed(store, accounts)
    for figure in figures_of(store, theme).values():
        assert_sound(figure)
    store.close()


@pytest.fixture(scope="module")
def odd() -> Iterator[Store]:
    """Sixty accounts that live at sixty odd places."""
    store = new_store()
    seed(store, 60)
    with store.database.writer() as cursor:
        cursor.execute(
            "update accounts set country = $odd[1 + (hash(client_account_id) % len($odd))::integer], "
            "state = $odd[1 + (hash(client_account_id, 1) % len($odd))::integer], "
            "account_type = $odd[1 + (hash(client_account_id, 2) % len($odd))::integer]",
            {"odd": [text for text in ODD if "\u0000" not in text]},
        )
    yield store
    store.close()


@THEMES
def test_odd_places_and_types_leave_every_figure_sound(odd: Store, theme: Theme) -> None:
    figures = figures_of(odd, theme)
    for figure in figures.values():
        assert_sound(figure)
    places = figures["breakdown individual country"].layout.yaxis.ticktext
    assert any(name.endswith("others") for name in places)


@pytest.mark.parametrize("by", ["account_type", "country", "state"])
def test_every_odd_value_is_shown_as_it_is_and_is_in_no_code(odd: Store, by: str) -> None:
    rows = odd.read_rows("funnel/breakdown", path="individual", by="migrated")
    row = next(row for row in rows if row["ordinal"] == 3)
    group = odd.read_rows("explore/measure", measure="reached", by="migrated", window_days=7)[0]
    for text in ODD:
        breakdown = draw_breakdown([{**row, "value": text}], "light", by=by, step=row["step"])
        groups = draw_groups([{**group, "first_group": text}], "light", by=by)
        for figure in (breakdown, groups):
            assert_sound(figure)
            code = str(figure.data[0].customdata[0] or figure.data[1].customdata[0])
            assert re.fullmatch(r"x[0-9a-f]{8},?:\w+", code), (text[:20], code)


def test_five_thousand_countries_are_ten_bars_and_one_of_the_others() -> None:
    store = new_store()
    seed(store, 60)
    with store.database.writer() as cursor:
        cursor.execute("create temp table copied as from accounts")
        cursor.execute(
            "insert into accounts select copied.* replace (client_account_id || '-' || number as client_account_id, "
            "'odd ' || number as country) from copied cross join range(5000) as numbers(number) "
            "where client_account_id = (select min(client_account_id) from copied where not is_entity)"
        )
    rows = store.read_rows("funnel/breakdown", path="individual", by="country")
    figure = draw_breakdown(rows, "light", by="country", step="cleared")
    store.close()
    assert len(figure.layout.yaxis.ticktext) == 11
    assert re.fullmatch(r"\d,\d{3} others", figure.layout.yaxis.ticktext[-1])
    assert_sound(figure)


def test_a_property_that_most_accounts_lack_counts_them_as_not_known() -> None:
    store = new_store()
    seed(store, 60)
    with store.database.writer() as cursor:
        cursor.execute("update accounts set state = null, country = 'USA', is_entity = false")
        cursor.execute(
            "update accounts set state = 'NV' where client_account_id in "
            "(select client_account_id from accounts order by client_account_id limit 2)"
        )
    breakdown = store.read_rows("funnel/breakdown", path="individual", by="state")
    groups = store.read_rows("explore/measure", measure="reached", step="screened", by="state", window_days=7)
    store.close()
    for figure in (
        draw_breakdown(breakdown, "light", by="state", step="screened"),
        draw_groups(groups, "light", by="state"),
    ):
        assert figure.layout.yaxis.ticktext == ("Nevada", "Not known")
        assert_sound(figure)
    entered = {row["value"]: row["entered"] for row in breakdown}
    assert entered["USA-NV"] == 2 < entered[None]
