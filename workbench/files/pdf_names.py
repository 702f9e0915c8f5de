"""The names in a PDF that mean more than pages: keys, types of actions, types of objects and annotations."""

from collections.abc import Mapping

from workbench.files.pdf_tokens import names_at
from workbench.files.reasons import Reason

Judgement = Mapping[str, Reason]

KEYS: Judgement = {
    "/Encrypt": Reason.ENCRYPTED,
    "/JS": Reason.SCRIPT,
    "/JavaScript": Reason.SCRIPT,
    "/XFA": Reason.FORM,
    "/EmbeddedFiles": Reason.ATTACHMENT,
    "/EF": Reason.ATTACHMENT,
    "/Collection": Reason.ATTACHMENT,
    "/RichMediaContent": Reason.MEDIA,
}
"""Dictionary keys."""

ACTION_TYPES: Judgement = {
    "/JavaScript": Reason.SCRIPT,
    "/Launch": Reason.LAUNCH,
    "/GoToR": Reason.LAUNCH,
    "/GoToE": Reason.ATTACHMENT,
    "/SubmitForm": Reason.LAUNCH,
    "/ImportData": Reason.LAUNCH,
    "/Rendition": Reason.MEDIA,
    "/Movie": Reason.MEDIA,
    "/Sound": Reason.MEDIA,
    "/RichMediaExecute": Reason.MEDIA,
    "/GoTo3DView": Reason.MEDIA,
}
"""Action types. A web link (/URI) does nothing until someone follows it."""

TYPES: Judgement = {"/EmbeddedFile": Reason.ATTACHMENT}

SUBTYPES: Judgement = {
    "/FileAttachment": Reason.ATTACHMENT,
    "/RichMedia": Reason.MEDIA,
    "/Movie": Reason.MEDIA,
    "/Sound": Reason.MEDIA,
    "/Screen": Reason.MEDIA,
    "/3D": Reason.MEDIA,
}
"""Annotation types."""

TRIGGERS = frozenset({"/OpenAction", "/AA"})
"""Keys of actions that run by themselves."""

_REFUSED_NAMES: Mapping[bytes, Reason] = {
    b"/Encrypt": Reason.ENCRYPTED,
    b"/JavaScript": Reason.SCRIPT,
    b"/JS": Reason.SCRIPT,
    b"/Launch": Reason.LAUNCH,
    b"/GoToE": Reason.ATTACHMENT,
    b"/EmbeddedFile": Reason.ATTACHMENT,
    b"/EmbeddedFiles": Reason.ATTACHMENT,
    b"/FileAttachment": Reason.ATTACHMENT,
    b"/RichMedia": Reason.MEDIA,
    b"/XFA": Reason.FORM,
}


def refused_name_at(written: bytes, start: int) -> Reason | None:
    """Why the object that begins there is refused, by its names alone: for one that the PDF's index does not list."""
    names = set(names_at(written, start))
    return next((reason for name, reason in _REFUSED_NAMES.items() if name in names), None)
