"""Send one side of a document, and keep the upload if it may be sent again."""

from workbench.actions import Receipt
from workbench.actions.upload_document import DocumentUpload, upload_document
from workbench.domain.vocabulary import Outcome
from workbench.ui.forms.review import confirm_key, end_review
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.while_shown import forget, keep, kept

KIND = "upload_document"


def send(client_account_id: str, upload: DocumentUpload) -> Receipt:
    """Send one upload; if it may be sent again, it is kept in this tab's memory only."""
    actions = current_desk().actions
    kind = f"{KIND} {upload.document.slot} {upload.file.sha256}"
    receipt = upload_document(actions, client_account_id, upload, confirm_key=confirm_key(kind, client_account_id))
    if receipt.record is not None:
        end_review(kind, client_account_id)
        if receipt.may_confirm_again:
            keep_upload(receipt.record.action_id, upload)
        if receipt.outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN}:
            actions.read_back(receipt.record)
    return receipt


def keep_upload(action_id: str, upload: DocumentUpload) -> None:
    """Keep an upload that may be sent again as long as its receipt is shown, in this tab's memory only."""
    keep(_key(action_id), upload)


def kept_upload(action_id: str) -> DocumentUpload | None:
    return kept(_key(action_id), DocumentUpload)


def forget_upload(action_id: str) -> None:
    forget(_key(action_id))


def _key(action_id: str) -> str:
    return f"upload {action_id}"
