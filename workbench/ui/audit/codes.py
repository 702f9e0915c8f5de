"""Which rows the page Audit trail lists, as codes in the address: its filters and page."""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import streamlit as st

from workbench.domain.text import bare_id
from workbench.ui.forms.address_codes import ANY_DAY, ANY_PAGE
from workbench.ui.live.cached_queries import Param
from workbench.ui.text.moments import start_of_day

CODE_WORDS = {
    "person": "person",
    "act": "act",
    "outcome": "outcome",
    "account_id": "account",
    "since": "day",
    "until": "day",
    "page": "page",
}
"""The codes of the list in the address, and what each is called."""


@dataclass(frozen=True, slots=True)
class AuditCodes:
    """What is listed; None where no filter is set. Days are those where the reader sits, ``until`` with its own."""

    person: str | None = None
    act: str | None = None
    outcome: str | None = None
    account_id: str | None = None
    since: str | None = None
    until: str | None = None
    page: int = 1

    @property
    def first_day(self) -> date | None:
        return date.fromisoformat(self.since) if self.since else None

    @property
    def last_day(self) -> date | None:
        return date.fromisoformat(self.until) if self.until else None

    @property
    def filters(self) -> dict[str, Param]:
        """The filters as the queries' parameters."""
        return {
            "subject": self.person,
            "act": self.act,
            "outcome": self.outcome,
            "about": self.account_id,
            "since": start_of_day(self.first_day) if self.first_day else None,
            "before": start_of_day(self.last_day + timedelta(days=1)) if self.last_day else None,
        }

    @property
    def is_filtered(self) -> bool:
        return any(self.filters.values())

    @property
    def address(self) -> dict[str, str]:
        """The codes as an address carries them."""
        given = {
            "person": self.person,
            "act": self.act,
            "outcome": self.outcome,
            "account_id": self.account_id,
            "since": self.since,
            "until": self.until,
            "page": str(self.page) if self.page > 1 else None,
        }
        return {name: code for name, code in given.items() if code}

    def on_page(self, page: int) -> "AuditCodes":
        return replace(self, page=page)


def read_codes(
    people: Collection[str], acts: Collection[str], outcomes: Collection[str]
) -> tuple[AuditCodes, dict[str, str]]:
    """The list that the address asks for, and which of its codes are unknown."""
    known: Mapping[str, Container[str]] = {
        "person": set(people),
        "act": set(acts),
        "outcome": set(outcomes),
        "since": ANY_DAY,
        "until": ANY_DAY,
        "page": ANY_PAGE,
    }
    given = {name: st.query_params[name] for name in CODE_WORDS if st.query_params.get(name)}
    if "account_id" in given:
        given["account_id"] = bare_id(given["account_id"])
    unknown = {name: code for name, code in given.items() if name in known and code not in known[name]}
    taken = {name: code for name, code in given.items() if name not in unknown}
    page = int(taken.pop("page", "1"))
    return AuditCodes(**taken, page=page), unknown
