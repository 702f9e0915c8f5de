"""Figures of an empty desk, of one account, and of what people may have written anywhere."""

import re
from collections.abc import Callable, Iterator
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

THEMES: tuple[Theme, ...] = ("light", "dark")


Rows = list[dict[str, Any]]
Asked = dict[tuple[str, ...], Rows]


def rows_of(store: Store) -> Asked:
    """What the figures of the pages are drawn from, of both types of account and by every property."""
    asked: Asked = {(name,): store.read_rows(name) for name in OF_ALL}
    for path in ("individual", "entity"):
        asked |= {(name, path): store.read_rows(name, path=path) for name in OF_A_PATH}
        for by in FUNNEL_PROPERTIES:
            asked["funnel/breakdown", path, by] = store.read_rows("funnel/breakdown", path=path, by=by)
    for measure in MEASURES:
        asked["explore/measure", measure] = store.read_rows(
            "explore/measure", measure=measure, reason="RISK_KYC", by="state", then_by="country"
        )
    return asked


OF_ALL: dict[str, Callable[[Rows, Theme], Any]] = {
    "verification/forecast": lambda rows, theme: draw_expiry(rows, theme, zone="UTC", soon_hours=24),
    "verification/completion": draw_completion,
    "explore/balance": draw_balance,
    "explore/flow": draw_flow,
    "explore/times": explore_times.draw_times,
}
OF_A_PATH: dict[str, Callable[[Rows, Theme], Any]] = {
    "funnel/steps": draw_steps,
    "funnel/curves": funnel_times.draw_times,
    "funnel/cohorts": draw_weeks,
}


def figures_of(asked: Asked, theme: Theme) -> dict[tuple[str, ...], Any]:
    return {about: drawn(about, rows, theme) for about, rows in asked.items()}


def drawn(about: tuple[str, ...], rows: Rows, theme: Theme) -> Any:
    name = about[0]
    if name == "funnel/breakdown":
        return draw_breakdown(rows, theme, by=about[-1], step="cleared", compared=rows)
    if name == "explore/measure":
        return draw_groups(rows, theme, by="state", then_by="country", compared=rows)
    return (OF_ALL | OF_A_PATH)[name](rows, theme)


@pytest.mark.slow
@pytest.mark.parametrize("accounts", [0, 1])
def test_a_desk_of_nobody_and_one_of_one_account_have_sound_figures(accounts: int) -> None:
    store = new_store()
    if accounts:
        seed(store, accounts)
    asked = rows_of(store)
    store.close()
    for theme in THEMES:
        for figure in figures_of(asked, theme).values():
            assert_sound(figure)


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


@pytest.mark.slow
def test_odd_places_and_types_leave_every_figure_sound(odd: Store) -> None:
    asked = rows_of(odd)
    for theme in THEMES:
        figures = figures_of(asked, theme)
        for figure in figures.values():
            assert_sound(figure)
        places = figures["funnel/breakdown", "individual", "country"].layout.yaxis.ticktext
        assert any(name.endswith("others") for name in places)


VALUES_A_FIGURE = 10


@pytest.mark.parametrize("by", ["account_type", "country", "state"])
def test_every_odd_value_is_shown_as_it_is_and_is_in_no_code(odd: Store, by: str) -> None:
    rows = odd.read_rows("funnel/breakdown", path="individual", by="migrated")
    row = next(row for row in rows if row["ordinal"] == 3)
    group = odd.read_rows("explore/measure", measure="reached", by="migrated", window_days=7)[0]
    for start in range(0, len(ODD), VALUES_A_FIGURE):
        texts = ODD[start : start + VALUES_A_FIGURE]
        breakdown = draw_breakdown([{**row, "value": text} for text in texts], "light", by=by, step=row["step"])
        groups = draw_groups([{**group, "first_group": text} for text in texts], "light", by=by)
        for figure in (breakdown, groups):
            assert_sound(figure)
            codes = [
                met or not_met for met, not_met in zip(*(part.customdata for part in figure.data[:2]), strict=True)
            ]
            assert len(codes) == len(texts)
            for text, code in zip(texts, codes, strict=True):
                assert re.fullmatch(r"x[0-9a-f]{8},?:\w+", code), (text[:20], code)


def test_five_thousand_countries_are_ten_bars_and_one_of_the_others() -> None:
    store = new_store()
    seed(store, 60)
    with store.database.writer() as cursor:
        cursor.execute("create temp table copied as from accounts")
        cursor.execute(
            "insert into accounts select copied.* replace (client_account_id || '-' || number as client_account_id, "
            "1000 + number as account_key, 'odd ' || number as country) from copied "
            "cross join range(5000) as numbers(number) "
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
