"""The tab Documents: the upload above, and what Bakkt holds below it."""

from typing import Any

from workbench.ui.account.documents.on_file import show_documents_on_file
from workbench.ui.account.documents.upload_form import show_upload


def show_documents_tab(account: dict[str, Any]) -> None:
    show_upload(account)
    show_documents_on_file(account)
