"""Why a file cannot be sent, explained to the person without quoting the file."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    EMPTY = "empty"
    TOO_BIG = "too_big"
    OTHER_KIND = "other_kind"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MUCH_WORK = "too_much_work"
    ENCRYPTED = "encrypted"
    SCRIPT = "script"
    ACTION = "action"
    LAUNCH = "launch"
    ATTACHMENT = "attachment"
    MEDIA = "media"
    FORM = "form"
    SECOND_FILE = "second_file"
    TOO_MANY_PAGES = "too_many_pages"


@dataclass(frozen=True, slots=True)
class RefusalText:
    title: str
    message: str
    next_step: str


class FileRefused(Exception):
    """The file is refused. ``found`` is our own description of what it is instead."""

    def __init__(self, reason: Reason, found: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.found = found


_PRINT_AGAIN = "Print it to a new PDF and upload that."
_ASK_AGAIN = "Open it: if all of it is there, print it to a new PDF; if not, ask the customer to send it again."

_TEXTS = {
    Reason.EMPTY: RefusalText("The file is empty", "It contains no data.", "Choose the file again."),
    Reason.BROKEN: RefusalText("The file cannot be read", "It is damaged or incomplete.", _ASK_AGAIN),
    Reason.TOO_MANY_PIXELS: RefusalText(
        "The picture is too large to open",
        "It would take more memory than any photo of a document needs.",
        "Scan or photograph the document at a lower resolution.",
    ),
    Reason.TOO_MUCH_WORK: RefusalText(
        "The file could not be checked",
        "It took more time or memory than a document normally needs.",
        "Print it to a new PDF or photograph the document, and upload that.",
    ),
    Reason.ENCRYPTED: RefusalText("The PDF is encrypted", "Neither we nor Bakkt can check its content.", _PRINT_AGAIN),
    Reason.SCRIPT: RefusalText("The PDF contains a script", "It would run code when opened.", _PRINT_AGAIN),
    Reason.ACTION: RefusalText(
        "The PDF contains an automatic action", "It would act as soon as it is opened.", _PRINT_AGAIN
    ),
    Reason.LAUNCH: RefusalText(
        "The PDF opens other files", "It would open or send other files or start a program.", _PRINT_AGAIN
    ),
    Reason.ATTACHMENT: RefusalText(
        "The PDF has attachments",
        "Files attached to a PDF cannot be checked.",
        "Upload the attachments one by one, and this PDF printed to a new one.",
    ),
    Reason.MEDIA: RefusalText("The PDF contains media", "It contains audio, video or 3D content.", _PRINT_AGAIN),
    Reason.FORM: RefusalText(
        "The PDF is a dynamic form", "It contains an XFA form, whose content can change.", _PRINT_AGAIN
    ),
    Reason.SECOND_FILE: RefusalText(
        "The file contains a second file",
        "Another file is hidden after its end or inside it.",
        _PRINT_AGAIN,
    ),
    Reason.TOO_MANY_PAGES: RefusalText(
        "The PDF has too many pages",
        "Documents can have up to 300 pages.",
        "Split it and upload the parts one by one.",
    ),
}


def refusal_text(reason: Reason, found: str, limit: int) -> RefusalText:
    """Title, what is wrong and what to do. ``limit`` is the maximum size in bytes."""
    if reason is Reason.TOO_BIG:
        return RefusalText(
            "The file is too large",
            f"Files can be up to {limit / 1_000_000:g} MB.",
            "Scan it at a lower resolution or split a long PDF.",
        )
    if reason is Reason.OTHER_KIND:
        return RefusalText(
            "This file type is not accepted",
            f"Its content is {found}. Bakkt accepts PDF, JPEG, PNG, BMP and GIF.",
            "Save it as PDF or JPEG.",
        )
    return _TEXTS[reason]
