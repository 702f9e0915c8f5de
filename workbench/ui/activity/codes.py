"""Which actions the page Activity lists, as codes in the address: its filters, sort and page."""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from workbench.domain.text import bare_id
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.ui.forms.address_codes import ANY_DAY, ANY_PAGE
from workbench.ui.live.cached_queries import Param
from workbench.ui.text.moments import start_of_day

CODE_WORDS = {
    "since": "day",
    "kind": "kind of action",
    "outcome": "outcome",
    "actor": "person",
    "account_id": "account",
    "sort": "sort order",
    "page": "page",
}
"""The codes of the list in the address, and what each is called. The receipt of an action carries them."""
SORT_WORDS = {"unsettled": "Unsettled first", "newest": "Newest first"}
USUAL_SORT = "unsettled"


@dataclass(frozen=True, slots=True)
class LogCodes:
    """What is listed; None where no filter is set. ``since`` is a day where the reader sits."""

    since: str | None = None
    kind: str | None = None
    outcome: str | None = None
    actor: str | None = None
    account_id: str | None = None
    sort: str = USUAL_SORT
    page: int = 1

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.since) if self.since else None

    @property
    def filters(self) -> dict[str, Param]:
        """The filters as the queries' parameters."""
        return {
            "since": start_of_day(self.day) if self.day else None,
            "kind": self.kind,
            "outcome": self.outcome,
            "actor": self.actor,
            "client_account_id": self.account_id,
        }

    @property
    def order(self) -> dict[str, Param]:
        return {"unsettled_first": self.sort == "unsettled"}

    @property
    def is_filtered(self) -> bool:
        return any(self.filters.values())

    @property
    def address(self) -> dict[str, str]:
        """The codes as an address carries them, without those that say what is usual."""
        given = {
            "since": self.since,
            "kind": self.kind,
            "outcome": self.outcome,
            "actor": self.actor,
            "account_id": self.account_id,
            "sort": self.sort if self.sort != USUAL_SORT else None,
            "page": str(self.page) if self.page > 1 else None,
        }
        return {name: code for name, code in given.items() if code}

    def on_page(self, page: int) -> "LogCodes":
        return replace(self, page=page)


def read_codes(actors: Collection[str]) -> tuple[LogCodes, dict[str, str]]:
    """The list that the address asks for, and which of its codes are unknown."""
    known = _known(actors)
    given = {name: st.query_params[name] for name in CODE_WORDS if st.query_params.get(name)}
    if "account_id" in given:
        given["account_id"] = bare_id(given["account_id"])
    unknown = {name: code for name, code in given.items() if name in known and code not in known[name]}
    taken = {name: code for name, code in given.items() if name not in unknown}
    page = int(taken.pop("page", "1"))
    return LogCodes(**taken, page=page), unknown


def _known(actors: Collection[str]) -> Mapping[str, Container[str]]:
    return {
        "since": ANY_DAY,
        "kind": set(ActionKind),
        "outcome": set(Outcome),
        "actor": set(actors),
        "sort": SORT_WORDS,
        "page": ANY_PAGE,
    }
