"""What the page Funnel shows, as codes in the address: whose funnel, of when, compared with what, and which list."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import streamlit as st

from workbench.figures.funnel.steps import REACHED, STOPPED, code_of
from workbench.figures.properties import PROPERTY_WORDS
from workbench.store.engine.catalogue import WINDOWS
from workbench.ui.forms.address_codes import ANY_DAY, ANY_PAGE, ANY_VALUE
from workbench.ui.forms.periods import before
from workbench.ui.frame.notices import error_kept
from workbench.ui.funnel.answers import STEPS, EntryPeriod, FunnelFilters
from workbench.ui.segments.choosing import segment_names

CODE_WORDS = {
    "path": "account type",
    "since": "first day",
    "until": "last day",
    "window": "time allowed",
    "compare": "comparison",
    "compare_since": "first day to compare with",
    "compare_until": "last day to compare with",
    "segment": "segment",
    "by": "property",
    "of": "value",
    "people": "list",
    "page": "page",
}
"""The codes of the page in the address, and what each is called."""
USUAL = {"path": "individual", "window": "30", "by": "country", "people": code_of("cleared", REACHED)}
COMPARISONS = {"before": "The period before", "other": "Another period"}


@dataclass(frozen=True, slots=True)
class FunnelCodes:
    """What is shown; None where nothing is chosen. Days are as written, the first and the last one included.

    ``by`` and ``of`` are a property and the code of one of its values, to which the list of people is narrowed;
    ``people`` is a step and whether they reached it, as the figure's marks have it.
    """

    path: str = USUAL["path"]
    since: str | None = None
    until: str | None = None
    window: str = USUAL["window"]
    compare: str | None = None
    compare_since: str | None = None
    compare_until: str | None = None
    segment: str | None = None
    by: str = USUAL["by"]
    of: str | None = None
    people: str = USUAL["people"]
    page: int = 1

    @property
    def period(self) -> EntryPeriod:
        return _period(self.since, self.until)

    @property
    def is_upside_down(self) -> bool:
        since, until = self.period
        return since is not None and until is not None and until <= since

    @property
    def filters(self) -> FunnelFilters:
        return FunnelFilters(self.path, *self.period, int(self.window), self.segment)

    @property
    def compared(self) -> FunnelFilters | None:
        """The same funnel of the period to compare with; None without one."""
        if self.compare == "other" and (self.compare_since or self.compare_until):
            return self.filters._replace(**_period(self.compare_since, self.compare_until)._asdict())
        if self.compare == "before" and self.period.since and self.period.until:
            since, until = before(self.period.since, self.period.until)
            return self.filters._replace(since=since, until=until)
        return None

    @property
    def step(self) -> str:
        return self.people.partition(":")[0]

    @property
    def is_reached(self) -> bool:
        return self.people.endswith(REACHED)

    @property
    def address(self) -> dict[str, str]:
        """The codes as an address carries them, without those that say what is usual."""
        given = {name: getattr(self, name) for name in CODE_WORDS if name != "page"}
        given = {name: code for name, code in given.items() if code and code != USUAL.get(name)}
        return {**given, "page": str(self.page)} if self.page > 1 else given


def _period(since: str | None, until: str | None) -> EntryPeriod:
    last = date.fromisoformat(until) if until else None
    return EntryPeriod(date.fromisoformat(since) if since else None, last and last + timedelta(days=1))


def lists_of(path: str) -> list[str]:
    """The lists of people of a path: those who reached a step, and those who stopped before it."""
    steps = STEPS[path]
    kinds = [(step, kind) for step in steps for kind in (REACHED, STOPPED)]
    return [code_of(step, kind) for step, kind in kinds if (step, kind) != (steps[0], STOPPED)]


def read_codes() -> tuple[FunnelCodes, dict[str, str]]:
    """What the address asks for, and which of its codes are unknown."""
    given = {name: st.query_params[name] for name in CODE_WORDS if st.query_params.get(name)}
    path = given.get("path", USUAL["path"])
    known = _known(path if path in STEPS else USUAL["path"])
    unknown = {name: code for name, code in given.items() if code not in known[name]}
    taken: dict[str, Any] = {name: code for name, code in given.items() if name not in unknown}
    page = int(taken.pop("page", "1"))
    return FunnelCodes(**taken, page=page), unknown


def _known(path: str) -> Mapping[str, Container[str]]:
    days = dict.fromkeys(("since", "until", "compare_since", "compare_until"), ANY_DAY)
    return {
        **days,
        "path": STEPS,
        "window": {str(days) for days in WINDOWS},
        "compare": COMPARISONS,
        "segment": segment_names(),
        "by": PROPERTY_WORDS,
        "of": ANY_VALUE,
        "people": set(lists_of(path)),
        "page": ANY_PAGE,
    }


@error_kept
def go_to(**changed: Any) -> None:
    """Change these codes of the address, and show the first page of the list.

    The others stay as the address has them now, which can be newer than what the browser's page was made from.
    """
    codes, _ = read_codes()
    st.query_params.from_dict(replace(codes, **{"page": 1, **changed}).address)
