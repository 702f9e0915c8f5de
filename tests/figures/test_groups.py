"""The figure of a measure shows the numbers of its query, and nothing else."""

from typing import Any

import pytest

from workbench.figures.groups import MOST_GROUPS, Group, Key, draw_groups, name_of_group
from workbench.figures.palette import COLOURS
from workbench.store import Store

Row = dict[str, Any]
LIGHT = COLOURS["light"]


def group(first: str | None, second: str | None = None, **changes: Any) -> Row:
    return {
        "first_kind": "value" if first else None,
        "first_group": first,
        "second_kind": "value" if second else None,
        "second_group": second,
        "accounts": 20,
        "of_accounts": 80,
        "share": 0.25,
        "share_low": 0.17,
        "share_high": 0.36,
        "is_few": False,
        "median_hours": 12.0,
        "p90_hours": 48.0,
        "undated": 0,
        "immature": 0,
        **changes,
    }


def labels_of(figure: Any) -> list[str]:
    return [text.replace("\xa0", "") for text in figure.data[2].text]


@pytest.mark.parametrize("measure", ["stuck", "stayed", "reached", "used_up"])
@pytest.mark.parametrize(("by", "then_by"), [("country", None), ("account_type", "entry_month")])
def test_bars_have_the_numbers_of_the_query(seeded: Store, measure: str, by: str, then_by: str | None) -> None:
    rows = seeded.read_rows("explore/measure", measure=measure, by=by, then_by=then_by, window_days=7)
    figure = draw_groups(rows, "light", by=by, then_by=then_by)
    met, rest, _, _, limits = figure.data
    shown = rows[:MOST_GROUPS]
    assert list(met.x) == [row["share"] or 0 for row in shown]
    assert list(rest.x) == pytest.approx([1 - row["share"] if row["of_accounts"] else 0 for row in shown])
    known = [row for row in shown if row["share"] is not None]
    assert [x for x in limits.x if x is not None] == [row[k] for row in known for k in ("share_low", "share_high")]
    assert [colour == LIGHT.faint for colour in met.marker.color] == [row["is_few"] for row in shown]
    codes = [code for code in (*met.customdata, *rest.customdata) if code]
    assert len(set(codes)) == len(codes)
    assert len(codes) == sum((row["accounts"] > 0) + (row["accounts"] < row["of_accounts"]) for row in shown)


def test_a_bar_says_its_share_its_interval_and_its_times() -> None:
    figure = draw_groups([group("USA", "INDIVIDUAL")], "light", by="country", then_by="account_type")
    assert figure.layout.yaxis.ticktext == ("United States · Individual",)
    assert labels_of(figure) == ["<b>25%</b> of 80"]
    assert figure.data[0].hovertext == (
        "<b>United States · Individual</b>: 20 of 80 accounts<br>Likely between 17% and 36% (95%, Wilson)<br>"
        "Median 12 h; 90% within 2 d<br>Click to list them",
    )
    assert list(figure.data[0].customdata) == ["USA,INDIVIDUAL:true"]
    assert list(figure.data[1].customdata) == ["USA,INDIVIDUAL:false"]


def test_the_part_whose_accounts_are_listed_is_darker() -> None:
    rows = [group("USA"), group("MEX")]
    figure = draw_groups(rows, "light", by="country", picked="MEX,:true")
    assert list(figure.data[0].marker.color) == [LIGHT.strong, LIGHT.text]
    figure = draw_groups(rows, "light", by="country", picked="MEX,:false")
    assert list(figure.data[1].marker.color) == [LIGHT.trace, LIGHT.strong]


def test_a_share_is_compared_with_the_period_before_unless_either_is_of_few() -> None:
    before = [group("USA", share=0.3), group("MEX", share=0.9, is_few=True), group("DEU", share=0.9)]
    rows = [group("USA"), group("MEX"), group("DEU", is_few=True), group("FRA")]
    figure = draw_groups(rows, "light", by="country", compared=before)
    assert labels_of(figure) == [
        "<b>25%</b> of 80, −5 pts",
        "<b>25%</b> of 80",
        "<b>25%</b> of 80, few",
        "<b>25%</b> of 80",
    ]
    assert (list(figure.data[-1].x), list(figure.data[-1].y)) == ([0.3], [0])


def test_a_group_of_which_none_count_has_no_share_and_lists_nobody() -> None:
    row = group("USA", accounts=0, of_accounts=0, share=None, share_low=None, share_high=None, median_hours=None)
    figure = draw_groups([row], "light", by="country")
    assert labels_of(figure) == ["none to count"]
    assert figure.data[0].hovertext == ("<b>United States</b>: 0 of 0 accounts",)
    assert list(figure.data[0].customdata) == list(figure.data[1].customdata) == [""]
    assert list(figure.data[0].x) == list(figure.data[1].x) == [0]


def test_without_a_breakdown_there_is_one_bar_of_all() -> None:
    figure = draw_groups([group(None)], "light")
    assert figure.layout.yaxis.ticktext == ("All",)
    assert list(figure.data[0].customdata) == [",:true"]


def test_the_first_groups_alone_are_drawn() -> None:
    rows = [group(f"odd {number}") for number in range(144)]
    assert len(draw_groups(rows, "light", by="country").data[0].x) == MOST_GROUPS


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_odd_values_are_shown_as_they_are_and_are_in_no_code(theme: Any) -> None:
    odd = ["<b>X</b>", "**bold** $x^2$", "=1+1", "\u202eDEU", "a\nb", "Ж" * 500]
    figure = draw_groups([group(value) for value in odd], theme, by="country")
    names = figure.layout.yaxis.ticktext
    assert names[0] == "&lt;b&gt;X&lt;/b&gt;"
    assert names[1] == "**bold** &#36;x^2&#36;"
    assert not any("\n" in text for text in (*names, *figure.data[0].hovertext, *figure.data[2].hovertext))
    assert "<b>X</b>" not in "".join(figure.data[0].hovertext).replace("<b>&lt;b&gt;X", "")
    assert len(names[5]) <= 30
    assert all(code.startswith("x") for code in figure.data[0].customdata)


def test_no_groups_are_an_empty_figure() -> None:
    assert list(draw_groups([], "light").data[0].x) == []


@pytest.mark.parametrize(
    ("key", "by", "then_by", "words"),
    [
        ((Group("value", "USA"), None), "country", None, "United States"),
        ((Group("value", "2026-10"), None), "entry_month", None, "Oct 2026"),
        ((Group("value", "none"), None), "completed_link", None, "No link completed"),
        ((Group("value", "USA-NV"), None), "state", None, "Nevada"),
        ((Group("unknown", None), None), "country", None, "Not known"),
        ((Group("other", None), Group("value", "new")), "country", "migrated", "Other · New"),
        ((None, None), None, None, ""),
    ],
)
def test_a_group_is_named_as_in_the_funnel(key: Key, by: str | None, then_by: str | None, words: str) -> None:
    assert name_of_group(key, by, then_by) == words
