"""The tab Documents: the upload above, for whoever may, and what Bakkt holds below it."""

from typing import Any

from workbench.access.policy import Act
from workbench.ui.account.documents.on_file import show_documents_on_file
from workbench.ui.account.documents.upload_form import show_upload
from workbench.ui.live.permission import may


def show_documents_tab(account: dict[str, Any]) -> None:
    if may(Act.UPLOAD_DOCUMENT):
        show_upload(account)
    show_documents_on_file(account)
