from workbench.figures.bars import Bar, Part, bar_figure

BARS = (
    Bar("Mexico <b>", (Part(30, "#111111", "30 reached", "reached:MEX"), Part(10, "#222222", "10 lost")), "75%"),
    Bar("x" * 200, (Part(4, "#111111", "4 reached"),), "small", is_quiet=True),
)


def test_bars_have_their_own_numbers_colours_and_codes() -> None:
    first, second, labels = bar_figure(BARS, "light").data
    assert (first.x, first.y) == ((30, 4), (0, 1))
    assert (second.x, second.y) == ((10,), (0,))
    assert list(first.customdata) == ["reached:MEX", ""]
    assert first.marker.color == ("#111111", "#111111")
    assert (labels.x, labels.text) == ((40, 4), ("\xa075%", "\xa0small"))


def test_names_stand_on_the_axis_from_top_to_bottom_as_text() -> None:
    axis = bar_figure(BARS, "dark").layout.yaxis
    assert axis.ticktext == ("Mexico &lt;b&gt;", "x" * 27 + "…")
    assert axis.range == (1.5, -0.5)


def test_no_bars_are_an_empty_figure() -> None:
    assert all(not trace.x for trace in bar_figure((), "light").data)


LABELS = ("12", "1,234,567 of 9,999,999", "<b>12</b><br><span style='color:#000000'>none old enough yet</span>")


def test_behind_the_longest_bar_there_are_as_many_pixels_as_the_longest_label_takes() -> None:
    bars = [Bar("Mexico", (Part(1, "#111111", ""),), label) for label in LABELS]
    short, numbers, lines = (bar_figure([bar], "light").layout.margin.r for bar in bars)
    assert 18 < short < 28
    assert 140 < numbers < 180
    assert 110 < lines < 150
    assert bar_figure(bars, "light").layout.margin.r == numbers


def test_words_stand_level_whatever_the_width() -> None:
    axes = bar_figure(BARS, "light").layout.template.layout
    assert axes.xaxis.tickangle == axes.yaxis.tickangle == 0


def test_bars_begin_at_zero_and_cannot_be_zoomed() -> None:
    figure = bar_figure(BARS, "light")
    assert figure.layout.xaxis.range == (0, 40)
    assert figure.layout.dragmode is None
    assert figure.layout.template.layout.dragmode is False
    assert figure.layout.template.layout.xaxis.fixedrange is True
