"""The Customer Information Form for manual KYB as a Word file, built in memory because it holds personal data."""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell

from workbench.access.permitted import in_full
from workbench.access.policy import Act
from workbench.actions.drafts import Draft
from workbench.actions.performing import Actions
from workbench.casework.business_owners import BusinessQuestion, facts_of_draft, questions_of_account
from workbench.casework.kyb_records import read_owner_facts
from workbench.domain.account import body_of
from workbench.domain.errors import InputError
from workbench.domain.kyb.customer_information import (
    ENTITY_TYPES,
    TO_FILL_IN,
    CustomerInformation,
    FormField,
    FormSection,
    fill_form,
)
from workbench.domain.moments import moment_in_words, naive
from workbench.store import Store

FILE_NAME = "customer-information-form.docx"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

TITLE = "Customer Information Form"
CERTIFICATION = (
    "I certify that the information given in this form is complete and correct to the best of my knowledge, and that "
    "every person who owns 25 % or more of the entity, or has significant responsibility for managing it, is named."
)
SIGNATURE_FIELDS = ("Name of authorised signer", "Title", "Signature", "Date")
SIGNORS = 2

_BREAKS = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
_NOT_XML = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_GREY, _RED = RGBColor(0x66, 0x6C, 0x76), RGBColor(0xC2, 0x34, 0x2B)
_LABEL_WIDTH, _VALUE_WIDTH = Cm(6), Cm(10.5)


@dataclass(frozen=True, slots=True)
class FormPreview:
    """What the form still lacks: the fields to fill in by hand; and of which owners to ask if they are businesses."""

    missing: tuple[str, ...]
    questions: tuple[BusinessQuestion, ...]


def preview_form(store: Store, client_account_id: str) -> FormPreview:
    """What the form would lack, without its values. Raises InputError for an account that was never read."""
    payload = _read_payload(store, client_account_id)
    form = fill_form(payload.request, read_owner_facts(store.read_rows, client_account_id))
    return FormPreview(form.missing, questions_of_account(store, client_account_id, payload.request))


def preview_draft_form(actions: Actions, draft: Draft) -> tuple[str, ...]:
    """The fields that the form of a draft would lack."""
    return _form_of_draft(actions, draft).missing


def make_form(actions: Actions, client_account_id: str) -> bytes:
    """The form as a Word file, to be completed by hand; nothing is stored. Raises NotAllowedError, InputError."""
    actions.acting.begin(Act.MAKE_KYB_FORM, client_account_id)
    store = in_full(actions.store)  # a mask must not stand in what is sent to Bakkt
    payload = _read_payload(store, client_account_id)
    form = fill_form(payload.request, read_owner_facts(store.read_rows, client_account_id))
    return write_form(form, client_account_id, payload.read_at)


def make_draft_form(actions: Actions, draft: Draft) -> bytes:
    """The form of a draft, before Bakkt has the account; nothing is stored. Raises NotAllowedError."""
    actions.acting.begin(Act.MAKE_KYB_FORM, draft.form.client_account_id)
    form = _form_of_draft(actions, draft)
    return write_form(form, draft.form.client_account_id, actions.now(), source="a draft of ours, as it was at")


def _form_of_draft(actions: Actions, draft: Draft) -> CustomerInformation:
    return fill_form(body_of(draft.form, actions.now().date()), facts_of_draft(draft))


def write_form(
    form: CustomerInformation, client_account_id: str, read_at: datetime, *, source: str = "Bakkt's record of"
) -> bytes:
    """The form as a Word file, with missing fields listed first and marked; ``read_at`` is in UTC."""
    document = Document()
    document.core_properties.author = ""
    document.core_properties.title = TITLE
    document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = naive(read_at)
    document.styles["Normal"].font.size = Pt(10)
    document.add_heading(TITLE, level=0)
    document.add_paragraph(
        _single_line(f"Account {client_account_id}, filled in from {source} {moment_in_words(read_at)}.")
    )
    _write_missing(document, form)
    _write_entity_type(document, form.entity_type)
    _write_section(document, 1, form.business)
    _write_section(document, 1, form.authorized)
    document.add_heading("Certified beneficial ownership", level=1)
    document.add_paragraph(
        "Natural persons acting on behalf of the entity, individuals owning 25 % or more of its equity, and "
        "individuals with significant management responsibility."
    )
    for person in form.people:
        _write_section(document, 2, person)
    if form.businesses:
        document.add_heading("Owners that are businesses", level=1)
    for business in form.businesses:
        _write_section(document, 2, business)
    _write_signatures(document)
    return _bytes_of(document)


@dataclass(frozen=True, slots=True)
class _Payload:
    request: Mapping[str, Any] = field(repr=False)
    read_at: datetime


def _read_payload(store: Store, client_account_id: str) -> _Payload:
    rows = store.read_rows("accounts/payload", client_account_id=client_account_id)
    value = json.loads(rows[0]["account_json"]) if rows else None
    request = value.get("request") if isinstance(value, Mapping) else None
    if not isinstance(request, Mapping) or rows[0]["read_at"] is None:
        raise InputError("This account has not been read yet.", next_step="Sync it from Bakkt first.")
    return _Payload(request, rows[0]["read_at"])


def _write_missing(document: WordDocument, form: CustomerInformation) -> None:
    document.add_heading(f"To complete by hand: {len(form.missing)} fields and the signatures", level=1)
    for label in form.missing:
        document.add_paragraph(_single_line(label), style="List Bullet")


def _write_entity_type(document: WordDocument, entity_type: str) -> None:
    document.add_heading("Legal entity type", level=1)
    if not entity_type:
        _mark(document.add_paragraph().add_run(TO_FILL_IN), _RED)
    for code, words in ENTITY_TYPES.items():
        document.add_paragraph(f"{'☒' if code == entity_type else '☐'} {words}")


def _write_section(document: WordDocument, level: int, section: FormSection) -> None:
    document.add_heading(section.title, level=level)
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    table.autofit = False
    for one in section.fields:
        label, value = table.add_row().cells
        label.width, value.width = _LABEL_WIDTH, _VALUE_WIDTH
        label.text = one.label
        _write_value(value, one)


def _write_value(cell: _Cell, one: FormField) -> None:
    paragraph = cell.paragraphs[0]
    if one.is_missing:
        _mark(paragraph.add_run(TO_FILL_IN), _RED)
    else:
        paragraph.add_run(_single_line(one.value))
    if one.is_missing and one.hint:
        _mark(cell.add_paragraph().add_run(_single_line(one.hint)), _GREY)


def _write_signatures(document: WordDocument) -> None:
    document.add_heading("Certification and signatures", level=1)
    document.add_paragraph(CERTIFICATION)
    for _ in range(SIGNORS):
        table = document.add_table(rows=0, cols=2, style="Table Grid")
        for label in SIGNATURE_FIELDS:
            table.add_row().cells[0].text = label
        document.add_paragraph()


def _mark(run: Any, colour: RGBColor) -> None:
    run.italic = True
    run.font.color.rgb = colour


def _single_line(text: str) -> str:
    """The text on one line, with a replacement character for anything XML cannot hold."""
    return _NOT_XML.sub("\ufffd", _BREAKS.sub(" ", text))


def _bytes_of(document: WordDocument) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
