"""The questions of the page Explore: what is measured, of whom, by what and compared with what."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import streamlit as st

from workbench.domain.text import one_line
from workbench.domain.vocabulary import Standing
from workbench.domain.words import STANDING_WORDS, STEP_WORDS, reason_word
from workbench.figures.properties import PROPERTY_WORDS
from workbench.store.engine.catalogue import FUNNEL_PROPERTIES, FUNNEL_STEPS, MEASURES, MILESTONES, WINDOWS
from workbench.ui.explore.codes import COMPARED, PARAMETERS_OF, PATHS, ExploreCodes, go_to, second_properties
from workbench.ui.explore.periods import EVER, PRESETS, code_of, days_of, period_of
from workbench.ui.explore.phrases import MEASURE_WORDS, MILESTONE_WORDS
from workbench.ui.forms.address_codes import ask_for_code
from workbench.ui.forms.periods import ask_for_period
from workbench.ui.html.labels import label
from workbench.ui.live.cached_queries import read_slow_moving
from workbench.ui.segments.choosing import ask_for_segment
from workbench.ui.text.moments import day_here

_OWN_DAYS = "days"
_NOTHING = {"by": "No breakdown", "then_by": "No second property"}


def ask_for_question(codes: ExploreCodes) -> None:
    """Show the boxes in two rows; a choice is in the address before the page runs again."""
    with st.container(gap="xsmall"):
        _ask_for_cohort(codes)
        _ask_for_breakdown(codes)


def _ask_for_cohort(codes: ExploreCodes) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="wb-filters-explore"):
        _ask(codes, "measure", "Measure", MEASURES, MEASURE_WORDS.__getitem__, 230)
        _ask_for_parameters(codes, PARAMETERS_OF[codes.measure])
        _ask(codes, "path", "Account type", list(PATHS), PATHS.__getitem__, 128)
        ask_for_days(codes)
        _ask(codes, "window", "Time allowed", [str(days) for days in WINDOWS], lambda days: f"Within {days} days", 148)
        ask_for_segment(codes.segment, key="wb-explore-segment", on_choose=lambda code: go_to(segment=code))


def _ask_for_breakdown(codes: ExploreCodes) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="wb-filters-breakdown"):
        _ask(codes, "by", "By", FUNNEL_PROPERTIES, _by_words, 200, anything=_NOTHING["by"])
        if codes.by:
            _ask(codes, "then_by", "And by", second_properties(codes.by), _and_words, 230, anything=_NOTHING["then_by"])
        if codes.period(day_here()).before:
            _ask(codes, "vs", "Compared with", list(COMPARED), COMPARED.__getitem__, 170)


def _by_words(name: str) -> str:
    return f"By {PROPERTY_WORDS[name]}"


def _and_words(name: str) -> str:
    return f"and {PROPERTY_WORDS[name]}"


def ask_for_cohort(codes: ExploreCodes, *parameters: str) -> None:
    """Show the boxes for whose accounts count, after those of the given parameters."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="wb-filters-cohort"):
        _ask_for_parameters(codes, parameters)
        _ask(codes, "path", "Account type", list(PATHS), PATHS.__getitem__, 128)
        ask_for_days(codes)
        ask_for_segment(codes.segment, key="wb-cohort-segment", on_choose=lambda code: go_to(segment=code))


def _ask_for_parameters(codes: ExploreCodes, parameters: Sequence[str]) -> None:
    asked = {
        "standing": ("State", list(STANDING_WORDS), lambda code: STANDING_WORDS[Standing(code)]),
        "step": ("Step", FUNNEL_STEPS[1:], STEP_WORDS.__getitem__),
        "start": ("From", MILESTONES, lambda code: f"From {MILESTONE_WORDS[code].lower()}"),
        "finish": ("To", MILESTONES, lambda code: f"to {MILESTONE_WORDS[code].lower()}"),
    }
    for name in parameters:
        if name == "reason":
            anything = "Any reason code" if codes.tab == "flow" else "Choose a reason code"
            _ask(codes, name, "Reason code", _reasons(codes), _reason_word, 200, anything=anything)
        else:
            title, options, say = asked[name]
            _ask(codes, name, title, options, say, 150)


def _reason_word(code: str) -> str:
    return reason_word(one_line(code))


def _reasons(codes: ExploreCodes) -> list[str]:
    found = [row["reason_code"] for row in read_slow_moving("explore/reasons").rows]
    return found if codes.reason is None or codes.reason in found else [*found, codes.reason]


def ask_for_days(codes: ExploreCodes, title: str = "Opened", presets: Mapping[str, str] = PRESETS) -> None:
    """Ask for a usual period, or for two days of one's own."""
    chosen = codes.opened if codes.opened in PRESETS else _OWN_DAYS
    ask_for_code(
        label("{}", title),
        [*presets, _OWN_DAYS],
        chosen,
        key="wb-explore-opened",
        say=lambda code: PRESETS.get(code, "Between two days"),
        on_choose=lambda code: go_to(opened=_as_days(codes) if code == _OWN_DAYS else code),
        width=150,
    )
    if chosen == _OWN_DAYS:
        ask_for_period(
            label("{} between", title),
            "wb-explore-days",
            days_of(codes.opened),
            lambda first, last: go_to(opened=code_of(first, last) if first and last else EVER),
        )


def _as_days(codes: ExploreCodes) -> str:
    """The period that is shown as two days; the last month where it has none."""
    today = date.today()  # noqa: DTZ011 - where the boxes begin
    period = period_of(codes.opened, today)
    if period is None or period.since is None or period.until is None:
        return code_of(today - timedelta(days=29), today)
    return code_of(period.since, period.until - timedelta(days=1))


def _ask(
    codes: ExploreCodes,
    name: str,
    title: str,
    options: Sequence[str],
    say: Callable[[str], str],
    width: int,
    anything: str | None = None,
) -> None:
    ask_for_code(
        label("{}", title),
        options,
        getattr(codes, name),
        key=f"wb-explore-{name}",
        say=say,
        on_choose=lambda chosen: go_to(**{name: chosen}),
        width=width,
        anything=anything,
    )
