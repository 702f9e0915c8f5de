"""The form that uploads a paper: about whom, which, its file, what will be sent, the confirmation, the receipts."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from workbench.access.masking import masked_payload
from workbench.actions import Receipt
from workbench.actions.files.checking import MEGABYTE, CheckedFile, check_file
from workbench.actions.upload_document import Upload, metadata_of, review_upload, sent_name, upload_document
from workbench.domain.actions import Hindrance
from workbench.domain.errors import InputError
from workbench.domain.fields import country_name, country_names
from workbench.domain.paper_forms import (
    DESCRIPTIONS,
    DUE_DILIGENCE,
    LONGEST_DESCRIPTION,
    NOT_ASKED,
    Confirmed,
    Earlier,
    Paper,
    PaperForm,
    Subject,
    expiry_concern,
    find_account_hindrance,
    find_repetition,
    form_of,
    forms_about,
    lines_met,
    slot_in_words,
    subject_of,
)
from workbench.domain.vocabulary import Outcome
from workbench.ui import asking
from workbench.ui.desk import current_desk
from workbench.ui.failures import show_error, shown_errors
from workbench.ui.markup import literal, show_facts, show_heading, show_html, show_note
from workbench.ui.papers import REQUIREMENT_WORDS
from workbench.ui.reads import read_once
from workbench.ui.words import code_word, count

KIND = "upload_document"
EARLIEST_EXPIRY, LATEST_EXPIRY = date(1990, 1, 1), date(2100, 12, 31)
FILES_REMEMBERED = 8
PREVIEW_WIDTH = 180


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says so far; ``files`` by side are those that passed the check."""

    client_account_id: str
    form: PaperForm
    subject: Subject
    client_owner_id: str | None
    sides: tuple[str, ...]
    issue_country: str | None
    expires_on: date | None
    has_no_expiry: bool
    description: str
    files: dict[str, CheckedFile]

    def paper(self, side: str) -> Paper:
        return Paper(
            self.form.document_type,
            side,
            self.client_owner_id,
            self.issue_country,
            None if self.has_no_expiry else self.expires_on,
            self.description.strip(),
        )

    def uploads(self, confirmed: Confirmed) -> list[Upload]:
        return [Upload(self.paper(side), self.files[side], confirmed) for side in self.sides if side in self.files]


def show_upload(account: dict[str, Any]) -> None:
    """Either the receipts of what was uploaded here, or the form for the next paper."""
    receipts = _receipts_in_address(account["client_account_id"])
    if receipts:
        _show_receipts(account["client_account_id"], receipts)
        return
    hindrance = find_account_hindrance(account["standing"], is_known=True)
    if hindrance is not None:
        _show_hindrance(hindrance)
        return
    left, right = st.columns([0.5, 0.5], gap="large")
    with left:
        show_heading("Upload a paper")
        asked = _ask(account)
    with right:
        _show_review(asked)


def _ask(account: dict[str, Any]) -> Asked:
    client_account_id = account["client_account_id"]
    owners = read_once("accounts/owners", client_account_id=client_account_id).rows
    whom, which = st.columns([0.5, 0.5])
    with whom:
        owner_id = _ask_about_whom(account, owners)
    subject = subject_of(owner_id, [one["client_owner_id"] for one in owners], is_entity=account["is_entity"])
    with which:
        form = _ask_type(subject, f"{client_account_id}-{owner_id}")
    scope = f"{client_account_id}-{owner_id}-{form.document_type}"
    description = _ask_description(form, scope)
    issued, ends = st.columns([0.5, 0.5])
    with issued:
        country = _ask_country(form, subject, scope, _issue_country_before(client_account_id, owner_id, form))
    with ends:
        expires_on, has_no_expiry = _ask_expiry(form, scope)
    sides = _ask_sides(form, scope)
    files = _ask_files(form, sides, scope)
    return Asked(
        *(client_account_id, form, subject, owner_id, sides),
        *(country, expires_on, has_no_expiry, description, files),
    )


def _ask_about_whom(account: dict[str, Any], owners: Sequence[dict[str, Any]]) -> str | None:
    names = {one["client_owner_id"]: _name_of(one) for one in owners if one["client_owner_id"]}
    itself = "The entity itself" if account["is_entity"] else "The account as a whole" if names else "The customer"
    choices: list[str | None] = [None, *names] if account["is_entity"] else [*names, None]
    wanted = st.query_params.get("owner", choices[0]) or None
    chosen: str | None = st.selectbox(
        "About whom",
        choices,
        index=choices.index(wanted) if wanted in choices else 0,
        format_func=lambda owner_id: names[owner_id] if owner_id else itself,
        key=f"wb-upload-owner-{account['client_account_id']}-{wanted}",
    )
    return chosen


def _name_of(owner: dict[str, Any]) -> str:
    name = " ".join(filter(None, (owner["given_name"], owner["family_name"])))
    return f"{name} ({owner['client_owner_id']})" if name else str(owner["client_owner_id"])


def _ask_type(subject: Subject, scope: str) -> PaperForm:
    forms = forms_about(subject)
    wanted = form_of(DUE_DILIGENCE if "requirement" in st.query_params else st.query_params.get("type"))
    chosen: PaperForm = st.selectbox(
        "Which paper",
        forms,
        index=forms.index(wanted) if wanted in forms else 0,
        format_func=lambda form: form.words,
        key=f"wb-upload-type-{scope}-{wanted.document_type if wanted else ''}",
    )
    return chosen


def _ask_description(form: PaperForm, scope: str) -> str:
    """A due diligence paper is told from others by its description alone."""
    if form.document_type != DUE_DILIGENCE:
        return st.text_input(
            "Description (optional)", key=f"wb-upload-description-{scope}", max_chars=LONGEST_DESCRIPTION
        )
    offered = [words for group in DESCRIPTIONS.values() for words in group]
    wanted = DESCRIPTIONS.get(st.query_params.get("requirement", ""), ("",))[0]
    chosen = st.selectbox(
        "What it is (the checklist goes by these words)",
        offered,
        index=offered.index(wanted) if wanted in offered else None,
        placeholder="Choose, or write your own",
        accept_new_options=True,
        key=f"wb-upload-description-{scope}-{wanted}",
    )
    return str(chosen or "")


def _issue_country_before(client_account_id: str, owner_id: str | None, form: PaperForm) -> str | None:
    """Where the same paper of the same person was issued the last time."""
    rows = read_once("documents/by_account", client_account_id=client_account_id).rows
    wanted = (owner_id, form.document_type)
    return next(
        (one["issue_country"] for one in rows if (one["client_owner_id"], one["document_type"]) == wanted), None
    )


def _ask_country(form: PaperForm, subject: Subject, scope: str, before: str | None) -> str | None:
    codes = list(country_names())
    chosen: str | None = st.selectbox(
        "Issued in" if form.is_country_required(subject) else "Issued in (optional)",
        codes,
        index=codes.index(before) if before in codes else None,
        format_func=country_name,
        placeholder="Choose a country",
        key=f"wb-upload-country-{scope}",
    )
    return chosen


def _ask_expiry(form: PaperForm, scope: str) -> tuple[date | None, bool]:
    expires_on = st.date_input(
        "Expires on" if form.says_expiry else "Expires on (if it says so)",
        value=None,
        min_value=EARLIEST_EXPIRY,
        max_value=LATEST_EXPIRY,
        format="YYYY-MM-DD",
        key=f"wb-upload-expiry-{scope}",
    )
    if not form.says_expiry:
        return expires_on, expires_on is None
    return expires_on, st.checkbox("It names no day on which it expires", key=f"wb-upload-endless-{scope}")


def _ask_sides(form: PaperForm, scope: str) -> tuple[str, ...]:
    if len(form.sides) == 1:
        return form.sides
    choices = {"Both sides": form.sides, **{f"The {side.lower()} alone": (side,) for side in form.sides}}
    chosen = st.radio("Which sides", list(choices), horizontal=True, key=f"wb-upload-sides-{scope}")
    return choices[chosen or "Both sides"]


def _ask_files(form: PaperForm, sides: Sequence[str], scope: str) -> dict[str, CheckedFile]:
    limit_mb = current_desk().settings.upload_limit_mb
    found = {}
    for place, side in zip(st.columns(len(sides)), sides, strict=True):
        with place:
            uploaded = st.file_uploader(
                f"{side.capitalize()}: PDF or picture" if len(form.sides) > 1 else "File: PDF or picture",
                key=f"wb-upload-file-{scope}-{side}",
                max_upload_size=math.ceil(limit_mb),
                help=f"PDF, JPEG, PNG, BMP or GIF of up to {limit_mb:g} MB. Its content counts, not its name.",
            )
            checked = _checked(uploaded) if uploaded is not None else None
            if checked is not None:
                found[side] = checked
    return found


def _checked(uploaded: Any) -> CheckedFile | None:
    """The file once it passed the check, which is made once; else it is said why not."""
    remembered: dict[str, CheckedFile | InputError] = st.session_state.setdefault("wb-checked-files", {})
    if uploaded.file_id not in remembered:
        with st.spinner("Checking the file"):
            remembered[uploaded.file_id] = _check(uploaded.getvalue())
        for stale in list(remembered)[:-FILES_REMEMBERED]:
            del remembered[stale]
    checked = remembered[uploaded.file_id]
    if isinstance(checked, InputError):
        show_error(checked)
        return None
    show_note(file_in_words(checked))
    return checked


def _check(content: bytes) -> CheckedFile | InputError:
    try:
        return check_file(content, int(current_desk().settings.upload_limit_mb * MEGABYTE))
    except InputError as error:
        return error


def file_in_words(file: CheckedFile) -> str:
    """ "JPEG, 1,200 × 800, 212 KB. Location and 3 other notes removed." """
    shape = f"{count(file.pixels[0])} × {count(file.pixels[1])}" if file.pixels else ""
    pages = f"{count(file.pages)} page{'' if file.pages == 1 else 's'}" if file.pages else ""
    size = f"{count(math.ceil(len(file.content) / 1000))} KB"
    removed = f" {file.removed[0].upper()}{file.removed[1:]}." if file.removed else ""
    return f"{', '.join(filter(None, (file.kind.value, shape, pages, size)))}.{removed}"


def _show_review(asked: Asked) -> None:
    show_heading("What will be sent", "nothing has left yet")
    show_facts(_facts_of(asked))
    confirmed = _ask_ticks(asked)
    uploads = asked.uploads(confirmed)
    missing = missing_words(asked)
    if missing:
        show_html(f'<p class="wb-said" role="status">Still missing: {literal(", ".join(missing))}.</p>')
    hindrance = None if missing else _first_hindrance(asked, uploads)
    if hindrance is not None:
        _show_hindrance(hindrance)
    is_ready = not missing and hindrance is None
    if st.button(_button_words(asked), key="wb-upload-send", type="primary", disabled=not is_ready):
        with shown_errors():
            _confirm(asked.client_account_id, uploads)
    if uploads:
        _show_pictures(asked)
        _show_dry_run(asked, uploads)


def _facts_of(asked: Asked) -> dict[str, object]:
    met = lines_met(asked.paper(asked.sides[0])) if asked.subject is Subject.ENTITY else ()
    return {
        "Paper": asked.form.words,
        "About": asked.client_owner_id or ("the entity" if asked.subject is Subject.ENTITY else "the account"),
        "Sides": " and ".join(side.lower() for side in asked.sides),
        "Issued in": country_name(asked.issue_country) if asked.issue_country else "",
        "Expires on": "" if asked.has_no_expiry else asked.expires_on,
        "Description": asked.description.strip(),
        "Meets": ", ".join(REQUIREMENT_WORDS.get(line, line) for line in met),
    }


def _show_pictures(asked: Asked) -> None:
    with st.container(horizontal=True):
        for side, file in asked.files.items():
            if file.pixels:
                st.image(file.content, width=PREVIEW_WIDTH, alt=f"The {side.lower()} as it will be sent")


def _ask_ticks(asked: Asked) -> Confirmed:
    """Warnings, and a tick for each that somebody has to take upon themselves."""
    today = datetime.now(UTC).date()
    scope = f"{asked.client_account_id}-{asked.form.document_type}-{asked.client_owner_id}"
    expires_on = asked.paper(asked.sides[0]).expires_on
    concern = expiry_concern(expires_on, today, current_desk().settings.target_hours_under_review)
    if concern:
        show_html(f'<p class="wb-said wb-amber" role="status">{literal(concern)}</p>')
    is_expired = expires_on is not None and expires_on < today
    expired = is_expired and st.checkbox("Send it although it has expired", key=f"wb-upload-expired-{scope}")
    repetition = _find_repetition(asked)
    if repetition is None:
        return Confirmed(expired=expired)
    show_html(f'<p class="wb-said wb-amber" role="status">{literal(f"{repetition.title}. {repetition.words}")}</p>')
    same_file = st.checkbox("It is meant: send the same file again", key=f"wb-upload-same-{scope}")
    return Confirmed(same_file=same_file, expired=expired)


def _find_repetition(asked: Asked) -> Hindrance | None:
    """The same file chosen for both sides, or sent before as something else."""
    rows = read_once("documents/uploads", client_account_id=asked.client_account_id).rows
    earlier = [Earlier(row["slot"], row["sha256"]) for row in rows if row["sha256"]]
    for upload in asked.uploads(NOT_ASKED):
        found = find_repetition(upload.paper, upload.file.sha256, earlier, NOT_ASKED)
        if found is not None:
            return found
        earlier.append(Earlier(upload.paper.slot, upload.file.sha256))
    return None


def missing_words(asked: Asked) -> list[str]:
    """What the form still lacks, as a person would ask for it."""
    form = asked.form
    files = [
        f"the {side.lower()}" if len(form.sides) > 1 else "the file" for side in asked.sides if side not in asked.files
    ]
    return [
        *(["what it is"] if form.document_type == DUE_DILIGENCE and not asked.description.strip() else []),
        *(["the country that issued it"] if _lacks_country(asked) else []),
        *(["its expiry, or that it has none"] if asked.expires_on is None and not asked.has_no_expiry else []),
        *files,
    ]


def _lacks_country(asked: Asked) -> bool:
    return asked.form.is_country_required(asked.subject) and not asked.issue_country


def _first_hindrance(asked: Asked, uploads: Sequence[Upload]) -> Hindrance | None:
    found = (review_upload(current_desk().actions, asked.client_account_id, upload) for upload in uploads)
    repetition = _find_repetition(asked) if not uploads[0].confirmed.same_file else None
    return next((hindrance for hindrance in found if hindrance), repetition)


def _button_words(asked: Asked) -> str:
    if len(asked.sides) > 1:
        return "Upload both sides: two uploads"
    return f"Upload {slot_in_words(asked.paper(asked.sides[0]).slot)}"


def _show_dry_run(asked: Asked, uploads: Sequence[Upload]) -> None:
    with st.expander("Dry run: the requests as they will leave"):
        for upload in uploads:
            metadata = metadata_of(asked.client_account_id, "made when it is sent", upload.paper)
            show_note(f"POST /apex-crypto/api/v2/documents · {sent_name(upload)} · {upload.file.content_type}")
            st.code(json.dumps(masked_payload(metadata), indent=2, ensure_ascii=False), language="json")
        show_note(
            "Checked: the account is open, the owner is on it, type, side and country fit together, expiry, the "
            "file's content, the same file under another name. Sent once; its id is kept before it leaves."
        )


def _confirm(client_account_id: str, uploads: Sequence[Upload]) -> None:
    with st.spinner("Sending"):
        receipts = [_send(client_account_id, upload) for upload in uploads]
    sent = [receipt.record.action_id for receipt in receipts if receipt.record is not None]
    st.query_params["action"] = sent
    if len(sent) == len(receipts):
        st.rerun()
    for receipt in receipts:
        asking.show_receipt(receipt)


def _send(client_account_id: str, upload: Upload) -> Receipt:
    """One upload; what may be confirmed again is kept for that, in this tab's memory alone."""
    desk = current_desk()
    kind = f"{KIND} {upload.paper.slot} {upload.file.sha256}"
    receipt = upload_document(
        desk.actions, client_account_id, upload, confirm_key=asking.confirm_key(kind, client_account_id)
    )
    if receipt.record is not None:
        asking.end_review(kind, client_account_id)
        if receipt.may_confirm_again:
            _kept()[receipt.record.action_id] = upload
    if receipt.outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN}:
        desk.live.corroboration.mark_due([client_account_id])
    return receipt


def _kept() -> dict[str, Upload]:
    kept: dict[str, Upload] = st.session_state.setdefault("wb-uploads-again", {})
    return kept


def _receipts_in_address(client_account_id: str) -> list[Receipt]:
    actions = current_desk().actions
    found = [actions.receipt(action_id) for action_id in st.query_params.get_all("action")[:2]]
    return [one for one in found if one and one.record and one.record.client_account_id == client_account_id]


def _show_receipts(client_account_id: str, receipts: Sequence[Receipt]) -> None:
    for place, receipt in zip(st.columns(max(2, len(receipts)), gap="large"), receipts, strict=False):
        with place:
            asking.show_receipt(receipt)
            _show_what(receipt)
            _offer_again(client_account_id, receipt)
    if st.button("Upload another paper", key="wb-upload-another"):
        for name in ("action", "owner", "type", "requirement"):
            st.query_params.pop(name, None)
        _kept().clear()
        st.rerun()


def _show_what(receipt: Receipt) -> None:
    what = receipt.record.what if receipt.record else {}
    form, size = form_of(what.get("document_type")), int(what.get("file_bytes", "0"))
    show_facts(
        {
            "Paper": form.words if form else code_word(what.get("document_type")),
            "Side": code_word(what.get("document_side")),
            "Owner": what.get("client_owner_id"),
            "Issued in": country_name(what["issue_country"]) if "issue_country" in what else None,
            "Expires on": what.get("expires_on"),
            "Description": what.get("description"),
            "File": f"{what.get('file_kind')}, {count(math.ceil(size / 1000))} KB",
            "Taken out": what.get("removed") if receipt.outcome is not Outcome.ACCEPTED else None,
            "Document id": what.get("client_document_id"),
        }
    )


def _offer_again(client_account_id: str, receipt: Receipt) -> None:
    if receipt.record is None or not receipt.may_confirm_again:
        return
    action_id = receipt.record.action_id
    upload = _kept().get(action_id)
    if upload is None:
        show_note("The file is not in this tab any more: choose it again with “Upload another paper”.")
        return
    words = slot_in_words(upload.paper.slot)
    if st.button(f"Send {words} again", key=f"wb-upload-again-{action_id}"):
        with shown_errors():
            _repeat(client_account_id, action_id, upload)


def _repeat(client_account_id: str, action_id: str, upload: Upload) -> None:
    with st.spinner("Sending"):
        receipt = _send(client_account_id, upload)
    if receipt.record is None:
        asking.show_receipt(receipt)
        return
    _kept().pop(action_id, None)
    now = receipt.record.action_id
    st.query_params["action"] = [now if one == action_id else one for one in st.query_params.get_all("action")]
    st.rerun()


def _show_hindrance(hindrance: Hindrance) -> None:
    show_html(
        f'<div class="wb-receipt wb-not" role="status"><strong>{literal(hindrance.title)}</strong>'
        f"<p>{literal(hindrance.words)}</p><p>{literal(hindrance.next_step)}</p></div>"
    )
