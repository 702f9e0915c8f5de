"""Colours with a meaning must be distinguishable for everyone."""

import itertools
import math
import re
import tomllib
from datetime import date

import pytest

from tests.support.running import ROOT
from workbench.figures.funnel.times import draw_times
from workbench.figures.funnel.weeks import draw_weeks
from workbench.figures.groups import draw_groups
from workbench.figures.palette import AMBER, COLOURS, RED, TURN_COLOURS, Theme
from workbench.figures.template import FONT

KINDS_OF_SIGHT = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
"""Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB."""
BACKGROUNDS = ("#FFFFFF", "#121418")
STYLE = (ROOT / "workbench" / "ui" / "style.css").read_text(encoding="utf-8")
PAGE = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]

Colour = tuple[float, float, float]


def linear(colour: str) -> Colour:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return r, g, b


def seen(colour: Colour, sight: tuple[Colour, ...]) -> Colour:
    r, g, b = (min(1, max(0, sum(w * c for w, c in zip(row, colour, strict=True)))) for row in sight)
    return r, g, b


def lab(colour: Colour) -> Colour:
    r, g, b = colour
    x, y, z = (
        0.4124 * r + 0.3576 * g + 0.1805 * b,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        0.0193 * r + 0.1192 * g + 0.9505 * b,
    )
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x / 0.95047, y, z / 1.08883))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def luminance(colour: str) -> float:
    r, g, b = linear(colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("kind", KINDS_OF_SIGHT)
def test_any_two_turns_differ_for_every_kind_of_sight(kind: str) -> None:
    as_seen = [lab(seen(linear(colour), KINDS_OF_SIGHT[kind])) for colour in TURN_COLOURS.values()]
    assert min(math.dist(one, other) for one, other in itertools.combinations(as_seen, 2)) > 12


@pytest.mark.parametrize("background", BACKGROUNDS)
def test_every_turn_stands_out_from_both_backgrounds(background: str) -> None:
    for colour in TURN_COLOURS.values():
        light, dark = sorted((luminance(colour), luminance(background)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) > 2


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_have_the_colours_of_the_page(theme: Theme) -> None:
    colours, page = COLOURS[theme], PAGE[theme]
    assert (colours.page, colours.text, colours.line) == (
        page["backgroundColor"],
        page["textColor"],
        page["borderColor"],
    )


@pytest.mark.parametrize(
    ("variable", "name"),
    [("red", "red_words"), ("amber", "amber_words"), ("quiet", "quiet"), ("line", "line"), ("wash", "wash")],
)
def test_figures_have_the_colours_of_the_style_sheet(variable: str, name: str) -> None:
    found = re.search(rf"--wb-{variable}: light-dark\((#\w+), (#\w+)\)", STYLE)
    assert found is not None
    assert [getattr(COLOURS[theme], name).lower() for theme in COLOURS] == list(found.groups())


def test_figures_have_the_font_of_the_page() -> None:
    assert PAGE["font"] == FONT


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_can_be_read_and_marks_seen(theme: Theme) -> None:
    colours = COLOURS[theme]
    for words in (colours.text, colours.quiet, colours.red_words, colours.amber_words):
        assert contrast(words, colours.page) > 4.5
    assert contrast(colours.strong, colours.page) > 4.5
    assert contrast(colours.strong, colours.faint) > 2
    assert contrast(colours.faint, colours.trace) > 1.3


@pytest.mark.parametrize("kind", KINDS_OF_SIGHT)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_urgent_differs_from_what_is_not_for_every_kind_of_sight(kind: str, theme: Theme) -> None:
    """The parts of a column of expiring links: last ones, those that expire soon, later ones."""
    marks = (RED, AMBER, COLOURS[theme].faint)
    as_seen = [lab(seen(linear(colour), KINDS_OF_SIGHT[kind])) for colour in marks]
    assert min(math.dist(one, other) for one, other in itertools.combinations(as_seen, 2)) > 12


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_that_stand_side_by_side_differ_in_lightness_alone(theme: Theme) -> None:
    """Greys, which every kind of sight sees alike."""
    colours = COLOURS[theme]
    lightness = sorted(lab(linear(colour))[0] for colour in (colours.strong, colours.faint, colours.trace))
    assert min(high - low for low, high in itertools.pairwise(lightness)) > 10


@pytest.mark.parametrize("kind", KINDS_OF_SIGHT)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_parts_of_a_bar_differ_for_every_kind_of_sight(kind: str, theme: Theme) -> None:
    """Of a step, a breakdown or a measure: what is chosen, what counts, what is of few, and the rest."""
    colours = COLOURS[theme]
    parts = (colours.text, colours.strong, colours.faint, colours.trace)
    as_seen = [lab(seen(linear(colour), KINDS_OF_SIGHT[kind])) for colour in parts]
    assert min(math.dist(one, other) for one, other in itertools.combinations(as_seen, 2)) > 12


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_interval_of_a_share_is_seen_on_every_part_of_its_bar(theme: Theme) -> None:
    """The line, or its outline where the bar is as dark as the line."""
    colours = COLOURS[theme]
    row = {
        "first_kind": "value",
        "first_group": "USA",
        "second_kind": None,
        "second_group": None,
        "accounts": 40,
        "of_accounts": 80,
        "share": 0.5,
    }
    row |= {"share_low": 0.4, "share_high": 0.6, "is_few": False, "median_hours": None, "p90_hours": None}
    outline, line = draw_groups([row], theme, by="country").data[-2:]
    assert outline.line.width > line.line.width
    assert contrast(line.line.color, outline.line.color) > 4.5
    for part in (colours.text, colours.strong, colours.faint, colours.trace):
        assert max(contrast(line.line.color, part), contrast(outline.line.color, part)) > 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_curves_of_the_funnel_are_told_apart_without_colour(theme: Theme) -> None:
    steps = ("documented", "screened", "cleared", "trading")
    points = {"done": 40, "accounts": 80, "undated": 0, "share_done": 0.5, "hours": 24.0}
    curves = draw_times([{**points, "step": step, "ordinal": place} for place, step in enumerate(steps, 2)], theme).data
    assert len({curve.line.dash for curve in curves}) == len(steps)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("percent", range(0, 101, 5))
def test_the_number_of_every_week_can_be_read_on_its_cell(theme: Theme, percent: int) -> None:
    share = percent / 100
    row = {"cohort": date(2026, 9, 7), "ordinal": 2, "step": "cleared", "entered": 90, "accounts": 50}
    row |= {"accounts_mature": 40, "entered_dated": 80, "share_of_entered": share, "undated": 0, "is_mature": True}
    fill, numbers, *_ = draw_weeks([row], theme).data
    lower, upper = fill.colorscale[:2] if share <= 0.5 else fill.colorscale[1:]
    part = (share - lower[0]) / (upper[0] - lower[0])
    assert contrast(numbers.textfont.color[0], mixed(lower[1], upper[1], part)) >= 4


def mixed(one: str, other: str, part: float) -> str:
    """The colour so far from the first to the second, as Plotly mixes them."""
    levels = [(1 - part) * int(one[i : i + 2], 16) + part * int(other[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(level):02X}" for level in levels)
