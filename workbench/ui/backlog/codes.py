"""Which list the page Backlog shows, as codes in the address: its view, filters, sort and page."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace

import streamlit as st

from workbench.domain.account.choices import AccountType
from workbench.domain.account.places import country_names
from workbench.domain.vocabulary import Standing, Turn
from workbench.ui.backlog.views import SORT_WORDS, VIEWS, View
from workbench.ui.forms.address_codes import ANY_PAGE
from workbench.ui.segments.choosing import segment_names

DAYS = {"7": "7 days", "30": "30 days", "90": "90 days", "365": "a year"}
USUAL_DAYS = "30"
CODE_WORDS = {
    "view": "view",
    "turn": "turn",
    "state": "state",
    "account_type": "account type",
    "country": "country",
    "within": "period",
    "segment": "segment",
    "sort": "sort order",
    "page": "page",
}
"""The codes of a list in the address, and what each is called. The account page carries them, and has no such codes."""


@dataclass(frozen=True, slots=True)
class ListCodes:
    """What is listed; None where no filter is set. ``sort`` is one of the view's."""

    view: str
    turn: str | None = None
    state: str | None = None
    account_type: str | None = None
    country: str | None = None
    within: str = USUAL_DAYS
    segment: str | None = None
    sort: str = ""
    page: int = 1

    def __post_init__(self) -> None:
        if self.sort not in self.shown_view.sorts:
            object.__setattr__(self, "sort", self.shown_view.sorts[0])

    @property
    def shown_view(self) -> View:
        return VIEWS[self.view]

    @property
    def filters(self) -> dict[str, str | None]:
        """The filters as the queries' parameters."""
        return {
            "turn": self.turn,
            "standing": self.state,
            "account_type": self.account_type,
            "country": self.country,
            "segment": self.segment,
        }

    @property
    def is_filtered(self) -> bool:
        return any(self.filters.values()) or self.within != USUAL_DAYS

    @property
    def address(self) -> dict[str, str]:
        """The codes as an address carries them, without those that say what is usual."""
        given = {
            "turn": self.turn,
            "state": self.state,
            "account_type": self.account_type,
            "country": self.country,
            "within": self.within if self.within != USUAL_DAYS else None,
            "segment": self.segment,
            "sort": self.sort if self.sort != self.shown_view.sorts[0] else None,
            "page": str(self.page) if self.page > 1 else None,
        }
        return {"view": self.view} | {name: code for name, code in given.items() if code}

    def on_page(self, page: int) -> "ListCodes":
        return replace(self, page=page)


def read_codes(usual_view: str) -> tuple[ListCodes, dict[str, str]]:
    """The list that the address asks for, and which of its codes are unknown."""
    given = {name: st.query_params[name] for name in CODE_WORDS if st.query_params.get(name)}
    view = given.get("view", usual_view)
    known = _known(VIEWS.get(view, VIEWS[usual_view]))
    unknown = {name: code for name, code in given.items() if code not in known[name]}
    taken = {name: code for name, code in given.items() if name not in unknown}
    page = int(taken.pop("page", "1"))
    return ListCodes(**{"view": usual_view, **taken}, page=page), unknown


def list_in_address() -> ListCodes | None:
    """The list that the address of an account says it was opened from; None if it names no view of accounts."""
    view = VIEWS.get(st.query_params.get("view", ""))
    return None if view is None or view.are_actions else read_codes(view.code)[0]


def _known(view: View) -> Mapping[str, Container[str]]:
    return {
        "view": VIEWS,
        "turn": set(Turn),
        "state": set(Standing),
        "account_type": set(AccountType),
        "country": country_names(),
        "within": DAYS,
        "segment": segment_names(),
        "sort": set(view.sorts) & set(SORT_WORDS),
        "page": ANY_PAGE,
    }
