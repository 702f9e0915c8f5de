"""The review of an upload: what will be sent, the warnings to confirm, and the send button."""

import json
from collections.abc import Sequence

import streamlit as st

from workbench.access.masking import masked_payload
from workbench.actions.upload_document import UPLOAD_RULES, DocumentUpload, metadata_of, review_upload, sent_name
from workbench.bakkt.client import DOCUMENT_SUBMISSION
from workbench.domain.account.places import country_name
from workbench.domain.actions import Blocker
from workbench.domain.documents import (
    LAST_USUAL_EXPIRY,
    NOTHING_CONFIRMED,
    Confirmations,
    DocumentDetails,
    EarlierUpload,
    Subject,
    expiry_warning,
    find_duplicate_file_blocker,
    is_far,
    lines_met,
    slot_in_words,
)
from workbench.domain.errors import WorkbenchError
from workbench.domain.kyb.requirements import requirement_words
from workbench.domain.words import day
from workbench.ui.account.documents.picture import show_picture
from workbench.ui.account.documents.upload_questions import UploadAnswers, missing_words
from workbench.ui.account.documents.upload_sending import send
from workbench.ui.forms.dry_run import show_rules
from workbench.ui.frame.blockers import show_blocker
from workbench.ui.frame.notices import forget_notice, keep_blocker, keep_error, show_notice
from workbench.ui.html.labels import Label, label
from workbench.ui.html.markup import show_facts, show_heading, show_note, show_sentence
from workbench.ui.live.cached_queries import read_of_account
from workbench.ui.live.current_desk import current_desk
from workbench.ui.text.moments import day_here, now_here

PREVIEW_WIDTH = 180
LOOK_AT_YOUR_FILE = "Open your own file to see all that will be sent."


def show_review(answers: UploadAnswers) -> None:
    show_heading("What will be sent", "nothing has been sent yet")
    show_facts(_facts_of(answers))
    confirmed = _ask_to_confirm_warnings(answers)
    uploads = answers.uploads(confirmed, day_here())
    missing = missing_words(answers)
    if missing:
        show_sentence(f"Still needed: {', '.join(missing)}.", role="status")
    blocker = None if missing else _first_blocker(answers, uploads)
    if blocker is not None:
        show_blocker(blocker)
    is_ready = not missing and blocker is None
    if st.button(_button_words(answers), key="wb-upload-send", type="primary", disabled=not is_ready):
        _confirm(answers.client_account_id, uploads)
    show_notice(notice_name(answers.client_account_id), about=_about(uploads))
    if uploads:
        _show_pictures(answers)
        _show_dry_run(answers, uploads)


def _facts_of(answers: UploadAnswers) -> dict[str, object]:
    met = lines_met(answers.document(answers.sides[0])) if answers.subject is Subject.ENTITY else ()
    return {
        "Document": answers.spec.words,
        "Whose document": answers.client_owner_id
        or ("the entity" if answers.subject is Subject.ENTITY else "the account"),
        "Sides": " and ".join(side.lower() for side in answers.sides),
        "Issued in": country_name(answers.issue_country) if answers.issue_country else "",
        "Expires on": day(answers.expires_on) if answers.expires_on and not answers.has_no_expiry else "",
        "Description": answers.description.strip(),
        "Counts towards": ", ".join(map(requirement_words, met)),
    }


def _show_pictures(answers: UploadAnswers) -> None:
    with st.container(horizontal=True):
        for side, file in answers.files.items():
            if file.pixels:
                words = f"The {side.lower()} as it will be sent"
                show_picture(file, words, width=PREVIEW_WIDTH, next_step=LOOK_AT_YOUR_FILE)


def _ask_to_confirm_warnings(answers: UploadAnswers) -> Confirmations:
    """Show the warnings, each with a checkbox where it must be confirmed."""
    now = now_here()
    scope = f"{answers.client_account_id}-{answers.spec.document_type}-{answers.client_owner_id}"
    expires_on = answers.document(answers.sides[0]).expires_on
    concern = expiry_warning(expires_on, now, current_desk().settings.target_hours_under_review)
    if concern:
        show_sentence(concern, tone="wb-amber", role="status")
    is_expired = expires_on is not None and expires_on < now.date()
    expired = is_expired and st.checkbox("Send it even though it has expired", key=f"wb-upload-expired-{scope}")
    far = is_far(expires_on) and st.checkbox(
        label("Send it even though it expires after {}", LAST_USUAL_EXPIRY.year), key=f"wb-upload-far-{scope}"
    )
    repetition = _find_repetition(answers)
    if repetition is None:
        return Confirmations(expired=expired, far=far)
    show_sentence(f"{repetition.title}. {repetition.words}", tone="wb-amber", role="status")
    same_file = st.checkbox("Send the same file again anyway", key=f"wb-upload-same-{scope}")
    return Confirmations(same_file=same_file, expired=expired, far=far)


def _find_repetition(answers: UploadAnswers) -> Blocker | None:
    """The blocker for a file that was chosen for both sides, or sent before as another document."""
    rows = read_of_account("documents/uploads", answers.client_account_id).rows
    earlier = [EarlierUpload(row["slot"], row["sha256"], row["description"] or "") for row in rows if row["sha256"]]
    for upload in answers.uploads(NOTHING_CONFIRMED, day_here()):
        found = find_duplicate_file_blocker(upload.document, upload.file.sha256, earlier, NOTHING_CONFIRMED)
        if found is not None:
            return found
        earlier.append(EarlierUpload(upload.document.slot, upload.file.sha256, upload.document.description))
    return None


def _first_blocker(answers: UploadAnswers, uploads: Sequence[DocumentUpload]) -> Blocker | None:
    found = (review_upload(current_desk().actions, answers.client_account_id, upload) for upload in uploads)
    repetition = _find_repetition(answers) if not uploads[0].confirmed.same_file else None
    return next((blocker for blocker in found if blocker), repetition)


def _button_words(answers: UploadAnswers) -> Label:
    if len(answers.sides) > 1:
        return label("Upload front and back")
    return label("Upload {}", slot_in_words(answers.document(answers.sides[0]).slot))


def _show_dry_run(answers: UploadAnswers, uploads: Sequence[DocumentUpload]) -> None:
    with st.expander("Dry run: the requests as they will be sent"):
        for upload in uploads:
            metadata = metadata_of(answers.client_account_id, "generated when it is sent", upload.document)
            show_note(f"{DOCUMENT_SUBMISSION.in_words} · {sent_name(upload)} · {upload.file.content_type}")
            st.code(json.dumps(masked_payload(metadata), indent=2, ensure_ascii=False), language="json")
        show_rules(UPLOAD_RULES)
        show_note("The file's content was checked when it was chosen. Sent once; its id is stored first.")


def notice_name(client_account_id: str) -> str:
    """The name of the notice that says why a confirmed upload was not sent."""
    return f"upload-{client_account_id}"


def _about(uploads: Sequence[DocumentUpload]) -> tuple[tuple[DocumentDetails, str, Confirmations], ...]:
    """What a notice about these uploads is about: it goes once anything of them changes."""
    return tuple((upload.document, upload.file.sha256, upload.confirmed) for upload in uploads)


def _confirm(client_account_id: str, uploads: Sequence[DocumentUpload]) -> None:
    """Send each side; what blocked one is kept as the notice, which is shown beside the receipts of the others too."""
    notice = notice_name(client_account_id)
    forget_notice(notice)
    try:
        with st.spinner("Sending"):
            receipts = [send(client_account_id, upload) for upload in uploads]
    except WorkbenchError as error:
        keep_error(notice, error, about=_about(uploads))
        return
    sent = [receipt.record.action_id for receipt in receipts if receipt.record is not None]
    blocker = next((receipt.blocker for receipt in receipts if receipt.blocker is not None), None)
    if blocker is not None:
        keep_blocker(notice, blocker, about=None if sent else _about(uploads))
    if sent:
        st.query_params["action"] = sent
        st.rerun()
