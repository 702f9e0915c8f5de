"""The figures of the page Funnel, each with its title, and what a click on it does."""

from collections.abc import Sequence
from datetime import date, timedelta

from workbench.domain.words import STEP_WORDS, count, plural
from workbench.figures.funnel.breakdown import draw_breakdown
from workbench.figures.funnel.steps import draw_steps
from workbench.figures.funnel.times import draw_times
from workbench.figures.funnel.weeks import MOST_WEEKS, draw_weeks
from workbench.figures.properties import PROPERTY_WORDS
from workbench.figures.samples import SMALL_SAMPLE, is_undated
from workbench.ui.charts.plots import Option, show_figure
from workbench.ui.funnel.answers import FunnelAnswers, FunnelRow, read_breakdown, read_curves, read_steps
from workbench.ui.funnel.codes import FunnelCodes, go_to
from workbench.ui.funnel.numbers import period_words
from workbench.ui.html.markup import show_heading, show_note
from workbench.ui.live.cached_queries import QueryResult


def show_steps(codes: FunnelCodes, answers: FunnelAnswers) -> None:
    title = f"From opened to trading, {plural(answers.steps.first['accounts'], 'account')}"
    show_heading(title, "click a bar to list its accounts")
    options: dict[str, Option] = {"picked": "" if codes.of else codes.people}
    if codes.compared:
        options["compared"] = read_steps(codes.compared)
    show_figure(
        draw_steps,
        answers.steps,
        key="wb-figure-steps",
        alt=f"{title}: one bar for each step, with the accounts that reached it and those that did not",
        on_pick=lambda people: go_to(people=people, of=None),
        options=options,
    )


def show_times(codes: FunnelCodes, answers: FunnelAnswers) -> None:
    title = f"How fast, of those who have had {codes.window} days"
    if not answers.curves.table.num_rows:
        show_heading(title)
        show_note(
            f"No account of this period has had {codes.window} days yet. Allow less time to see how fast they are."
        )
        return
    show_heading(
        title, f"pale: {period_words(codes.compared)}" if codes.compared else "drag to zoom, double-click to undo"
    )
    show_figure(
        draw_times,
        answers.curves,
        key="wb-figure-times",
        alt=f"{title}: for each step, the share of accounts that had reached it after so many hours",
        options={"compared": read_curves(codes.compared)} if codes.compared else {},
    )


def show_breakdown(codes: FunnelCodes, breakdown: QueryResult) -> None:
    step = shown_step(codes, breakdown.rows)
    title = f"{STEP_WORDS[step]} by {PROPERTY_WORDS[codes.by]}"
    mark = f"; mark: {period_words(codes.compared)}" if codes.compared else ""
    show_heading(title, f"grey: fewer than {SMALL_SAMPLE}; line: where the share likely lies{mark}")
    options: dict[str, Option] = {"by": codes.by, "step": step, "picked": _picked(codes, step)}
    if codes.compared:
        options["compared"] = read_breakdown(codes.compared, codes.by)
    show_figure(
        draw_breakdown,
        breakdown,
        key="wb-figure-breakdown",
        alt=f"{title}: one bar for each value, with the share of its accounts that reached the step",
        on_pick=lambda code: _list_value(step, code),
        options=options,
    )


def shown_step(codes: FunnelCodes, breakdown: Sequence[FunnelRow]) -> str:
    """The step whose share the breakdown shows: that of the list, unless everybody reached it, or nobody knows when."""
    rows = [row for row in breakdown if row["step"] == codes.step]
    is_seen = any(row["share_of_entered"] is not None and not is_undated(row) for row in rows)
    return codes.step if codes.step != "opened" and is_seen else "cleared"


def _picked(codes: FunnelCodes, step: str) -> str:
    return f"{codes.of}:{codes.people.partition(':')[2]}" if codes.of and codes.step == step else ""


def _list_value(step: str, code: str) -> None:
    """List the accounts behind a bar: ``code`` is its value and what became of them, as the figure has it."""
    value, _, kind = code.rpartition(":")
    go_to(of=value, people=f"{step}:{kind}")


def show_weeks(cohorts: QueryResult) -> None:
    weeks = len({row["cohort"] for row in cohorts.rows})
    latest = f"the latest {MOST_WEEKS} of {count(weeks)}; " if weeks > MOST_WEEKS else ""
    show_heading("Cleared by week opened", f"{latest}in %, hollow: not old enough yet")
    show_figure(
        draw_weeks,
        cohorts,
        key="wb-figure-weeks",
        alt="For each week, the share of the accounts opened in it that reached each step",
        on_pick=_look_at_week,
    )


def _look_at_week(code: str) -> None:
    """Show the week and list its accounts that reached the step: ``2026-10-05:cleared:reached``."""
    monday, _, people = code.partition(":")
    sunday = date.fromisoformat(monday) + timedelta(days=6)
    go_to(since=monday, until=sunday.isoformat(), people=people, of=None)
