"""The names by which a PDF calls what it does besides showing pages (ISO 32000, "Interactive features")."""

import re
from collections.abc import Mapping

from workbench.actions.files.reasons import Reason

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
"""Keys of dictionaries."""

MARKS: Judgement = {
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
"""Kinds of actions. A link to a web address (/URI) does nothing until somebody follows it."""

TYPES: Judgement = {"/EmbeddedFile": Reason.ATTACHMENT}

SUBTYPES: Judgement = {
    "/FileAttachment": Reason.ATTACHMENT,
    "/RichMedia": Reason.MEDIA,
    "/Movie": Reason.MEDIA,
    "/Sound": Reason.MEDIA,
    "/Screen": Reason.MEDIA,
    "/3D": Reason.MEDIA,
}
"""Kinds of annotations."""

TRIGGERS = frozenset({"/OpenAction", "/AA"})
"""What is done without anybody asking for it."""

_TELLING: Mapping[bytes, Reason] = {
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
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_NAME = re.compile(rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%]+")


def find_marked(written: bytes) -> Reason | None:
    """Why a stretch of PDF is not let through, by its names alone: it finds what no table of contents refers to."""
    plain = _ESCAPED.sub(lambda escaped: bytes([int(escaped[1], 16)]), written)
    names = set(_NAME.findall(plain))
    return next((reason for name, reason in _TELLING.items() if name in names), None)
