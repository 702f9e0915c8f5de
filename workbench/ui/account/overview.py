"""The tab Overview: what is still needed, the documents by side, and the owners."""

from typing import Any

from workbench.ui.account.documents.by_side import show_documents_by_side
from workbench.ui.account.needs import show_needs
from workbench.ui.account.owners import show_owners
from workbench.ui.account.reads import AccountReads


def show_overview(account: dict[str, Any], reads: AccountReads) -> None:
    show_needs(account, reads)
    show_documents_by_side(account, reads)
    show_owners(reads.owners)
