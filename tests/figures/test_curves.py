import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from workbench.figures.curves import Curve, curve_figure, moved_apart

SLACK = 1e-9


@given(st.lists(st.floats(0, 1), max_size=8))
def test_labels_are_apart_within_the_figure_and_in_order(heights: list[float]) -> None:
    moved = moved_apart(heights, 0.1)
    ordered = sorted(moved)
    assert all(high - low >= 0.1 - SLACK for low, high in itertools.pairwise(ordered))
    assert all(height <= 1 + SLACK for height in moved)
    from_below = sorted(range(len(heights)), key=lambda place: (heights[place], -place))
    assert from_below == sorted(range(len(moved)), key=moved.__getitem__)


def test_labels_that_are_apart_stay_where_they_are() -> None:
    assert moved_apart([0.9, 0.1, 0.5], 0.1) == [0.9, 0.1, 0.5]


def test_of_equal_ends_the_first_curve_is_named_highest() -> None:
    assert moved_apart([0.25, 0.25, 0.25], 0.25) == [0.75, 0.5, 0.25]


CURVE = Curve("Cleared", [0.1, 5, 300], [0.2, 0.5, 0.7], ["a", "b", "c"], "#111111", dash="dot")


def test_a_curve_has_its_own_numbers_and_its_name_at_its_end() -> None:
    figure = curve_figure([CURVE], "light", since_hours=1 / 60, until_hours=720)
    (line,) = figure.data
    assert (line.x, line.y, line.line.dash) == ((0.1, 5, 300), (0.2, 0.5, 0.7), "dot")
    assert [(note.text, note.y) for note in figure.layout.annotations] == [("Cleared", 0.7)]


def test_only_time_can_be_zoomed() -> None:
    layout = curve_figure([CURVE], "light", since_hours=1, until_hours=720).layout
    assert (layout.dragmode, layout.xaxis.fixedrange, layout.yaxis.fixedrange) == ("zoom", False, None)
    assert layout.template.layout.yaxis.fixedrange is True


def test_the_axis_names_the_hours_that_are_on_it() -> None:
    axis = curve_figure([CURVE], "dark", since_hours=1, until_hours=168).layout.xaxis
    assert [re.sub("<[^>]*>", "", words) for words in axis.ticktext] == ["1 h", "6 h", "1 d", "3 d", "7 d"]
    assert ["--wb-spare" in words for words in axis.ticktext] == [False, True, False, True, False]
    assert axis.type == "log"


def test_a_curve_of_one_point_is_a_dot() -> None:
    (one,) = curve_figure([Curve("", [3], [0.4], ["x"], "#111111")], "light", since_hours=1, until_hours=100).data
    assert (one.mode, one.x, one.y) == ("markers", (3,), (0.4,))
