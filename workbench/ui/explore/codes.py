"""What the page Explore shows, as codes in the address."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import streamlit as st

from workbench.domain.vocabulary import Standing
from workbench.figures.groups import Codes, Key, codes_of
from workbench.store.engine.catalogue import FUNNEL_PROPERTIES, FUNNEL_STEPS, MEASURES, MILESTONES, WINDOWS
from workbench.ui.explore import periods
from workbench.ui.explore.periods import Period, period_of
from workbench.ui.forms.address_codes import ANY_PAGE, ANY_VALUE
from workbench.ui.frame.notices import error_kept
from workbench.ui.segments.choosing import segment_names
from workbench.ui.tables.pages import offset_of
from workbench.ui.text.moments import day_here

TABS = {"measure": "Measure", "times": "Times", "flow": "Flow", "balance": "Balance", "sql": "SQL"}
PATHS = {"individual": "Individuals", "entity": "Entities", "all": "All accounts"}
COMPARED = {"before": "vs period before", "none": "No comparison"}
CODE_WORDS = {
    "tab": "tab",
    "measure": "measure",
    "standing": "state",
    "step": "step",
    "start": "milestone",
    "finish": "milestone",
    "reason": "reason code",
    "path": "account type",
    "opened": "period",
    "window": "window",
    "by": "property",
    "then_by": "second property",
    "vs": "comparison",
    "segment": "segment",
    "group": "group",
    "then_group": "group",
    "met": "list of accounts",
    "page": "page",
}
"""The codes in the address, and what each is called."""


@dataclass(frozen=True, slots=True)
class ExploreCodes:
    """What is asked. ``group`` and ``then_group``: the codes of the row whose accounts are listed; None for all."""

    tab: str = "measure"
    measure: str = "stuck"
    standing: str = "verification"
    step: str = "cleared"
    start: str = "opened"
    finish: str = "cleared"
    reason: str | None = None
    path: str = "individual"
    opened: str = periods.USUAL
    window: str = "30"
    by: str | None = None
    then_by: str | None = None
    vs: str = "before"
    segment: str | None = None
    group: str | None = None
    then_group: str | None = None
    met: str = "true"
    page: int = 1

    @property
    def address(self) -> dict[str, str]:
        """The codes as an address carries them, without those that say what is usual."""
        usual = ExploreCodes()
        given = {name: getattr(self, name) for name in CODE_WORDS}
        return {name: str(code) for name, code in given.items() if code and code != getattr(usual, name)}

    def period(self, today: date) -> Period:
        return period_of(self.opened, today) or Period(None, None, "")

    def changed(self, **codes: Any) -> "ExploreCodes":
        """Other codes; the list of accounts begins anew, and a row of the breakdown is of that breakdown alone."""
        keeps_row = {"group", "then_group", "met", "page"} & codes.keys()
        anew: dict[str, Any] = {"page": 1} if keeps_row else {"group": None, "then_group": None, "page": 1}
        asked = replace(self, **{**anew, **codes})
        return asked if asked.then_by in second_properties(asked.by) else replace(asked, then_by=None)

    def measured(self, period: Period) -> dict[str, str | None]:
        """The parameters of ``explore/measure``, without the breakdown."""
        uses = PARAMETERS_OF[self.measure]
        return {
            "measure": self.measure,
            **{name: getattr(self, name) for name in uses},
            "path": None if self.path == "all" else self.path,
            **period.params,
            "window_days": self.window,
            "segment": self.segment,
        }

    def broken_down(self, period: Period) -> dict[str, str | None]:
        return {**self.measured(period), "by": self.by, "then_by": self.then_by}

    def people(self, period: Period, row: Key) -> dict[str, str | None]:
        """The parameters of ``explore/people`` for a row of the breakdown."""
        chosen = {
            f"{place}_{part}": value
            for place, group in zip(("first", "second"), row, strict=True)
            if group is not None
            for part, value in (("kind", group.kind), ("group", group.value))
        }
        return {**self.broken_down(period), **chosen, "met": self.met}

    def code_of(self, row: Key) -> Codes:
        """The codes of a row of the breakdown."""
        return codes_of(row, self.by, self.then_by)

    @property
    def offset(self) -> int:
        return offset_of(self.page)


PARAMETERS_OF: Mapping[str, tuple[str, ...]] = {
    "stuck": ("standing",),
    "stayed": ("standing",),
    "reached": ("step",),
    "time": ("start", "finish"),
    "used_up": (),
    "reuploaded": (),
    "after_reason": ("reason", "standing"),
}
"""What else must be known for each measure."""


def read_codes(today: date) -> tuple[ExploreCodes, dict[str, str]]:
    """What the address asks for, and which of its codes are unknown."""
    given = {name: st.query_params[name] for name in CODE_WORDS if st.query_params.get(name)}
    known = _known(given.get("by"))
    unknown = {name: code for name, code in given.items() if not _is_known(name, code, known, today)}
    taken = {name: code for name, code in given.items() if name not in unknown}
    page = int(taken.pop("page", "1"))
    return ExploreCodes(**taken, page=page), unknown


def second_properties(by: str | None) -> list[str]:
    """The properties by which the groups of another one can be divided; none where there are no groups."""
    return [name for name in FUNNEL_PROPERTIES if name != by] if by in FUNNEL_PROPERTIES else []


@error_kept
def go_to(**changed: Any) -> None:
    """Change these codes of the address; the others stay as it has them now."""
    codes, _ = read_codes(day_here())
    st.query_params.from_dict(codes.changed(**changed).address)


def _is_known(name: str, code: str, known: Mapping[str, Container[str]], today: date) -> bool:
    return period_of(code, today) is not None if name == "opened" else code in known[name]


def _known(by: str | None) -> Mapping[str, Container[str]]:
    return {
        "tab": TABS,
        "measure": MEASURES,
        "standing": set(Standing),
        "step": FUNNEL_STEPS,
        "start": MILESTONES,
        "finish": MILESTONES,
        "reason": ANY_VALUE,
        "path": PATHS,
        "window": {str(days) for days in WINDOWS},
        "by": FUNNEL_PROPERTIES,
        "then_by": second_properties(by),
        "vs": COMPARED,
        "segment": segment_names(),
        "group": ANY_VALUE,
        "then_group": ANY_VALUE,
        "met": {"true", "false"},
        "page": ANY_PAGE,
    }
