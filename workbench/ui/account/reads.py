"""What is stored of one account, read and turned into rows at most once in a run of the page."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workbench.ui.live.cached_queries import QueryResult, read_of_account


@dataclass
class AccountReads:
    """Made anew in each run."""

    client_account_id: str

    @cached_property
    def owners(self) -> QueryResult:
        return self._read("accounts/owners")

    @cached_property
    def documents(self) -> QueryResult:
        return self._read("accounts/documents")

    @cached_property
    def payload(self) -> dict[str, Any]:
        return self._read("accounts/payload").first

    @cached_property
    def timeline(self) -> list[dict[str, Any]]:
        return self._read("accounts/timeline").rows

    @cached_property
    def checklist(self) -> list[dict[str, Any]]:
        return self._read("kyb/checklist").rows

    @cached_property
    def missing_fields(self) -> list[str]:
        return [row["field"] for row in self._read("accounts/missing_fields").rows]

    def _read(self, name: str) -> QueryResult:
        return read_of_account(name, self.client_account_id)
