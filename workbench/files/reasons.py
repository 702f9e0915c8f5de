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
class Words:
    title: str
    message: str
    next_step: str


class Unfit(Exception):
    """The file is refused. ``found`` is our own description of what it is instead."""

    def __init__(self, reason: Reason, found: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.found = found


_PRINT_ANEW = "Print it to a new PDF and upload that."
_ASK_ANEW = "Open it to see whether it is complete; if not, ask the customer to send it again."

_WORDS = {
    Reason.EMPTY: Words("The file is empty", "It contains no data.", "Choose the file again."),
    Reason.BROKEN: Words("The file cannot be read", "It is damaged or incomplete.", _ASK_ANEW),
    Reason.TOO_MANY_PIXELS: Words(
        "The picture is too large to open",
        "It would take more memory than any photo of a document needs.",
        "Scan or photograph the document at a lower resolution.",
    ),
    Reason.TOO_MUCH_WORK: Words(
        "The file could not be checked",
        "It took more time or memory than a document normally needs.",
        "Print it to a new PDF or photograph the document, and upload that.",
    ),
    Reason.ENCRYPTED: Words("The PDF is encrypted", "Neither we nor Bakkt can check its content.", _PRINT_ANEW),
    Reason.SCRIPT: Words("The PDF contains a script", "It would run code when opened.", _PRINT_ANEW),
    Reason.ACTION: Words("The PDF contains an automatic action", "It would act as soon as it is opened.", _PRINT_ANEW),
    Reason.LAUNCH: Words(
        "The PDF opens other files", "It would open or send other files or start a program.", _PRINT_ANEW
    ),
    Reason.ATTACHMENT: Words(
        "The PDF has attachments",
        "Files attached to a PDF cannot be checked.",
        "Upload the attachments one by one, and this PDF printed to a new one.",
    ),
    Reason.MEDIA: Words("The PDF contains media", "It contains audio, video or 3D content.", _PRINT_ANEW),
    Reason.FORM: Words("The PDF is a dynamic form", "It contains an XFA form, whose content can change.", _PRINT_ANEW),
    Reason.SECOND_FILE: Words(
        "The file contains a second file",
        "Another file is hidden after its end or inside it.",
        _PRINT_ANEW,
    ),
    Reason.TOO_MANY_PAGES: Words(
        "The PDF has too many pages",
        "Documents can have up to 300 pages.",
        "Split it and upload the parts one by one.",
    ),
}


def words_of(reason: Reason, found: str, limit: int) -> Words:
    """Title, what is wrong and what to do. ``limit`` is the maximum size in bytes."""
    if reason is Reason.TOO_BIG:
        return Words(
            "The file is too large",
            f"Files can be up to {limit / 1_000_000:g} MB.",
            "Scan it at a lower resolution or split a long PDF.",
        )
    if reason is Reason.OTHER_KIND:
        return Words(
            "This file type is not accepted",
            f"Its content is {found}. Bakkt accepts PDF, JPEG, PNG, BMP and GIF.",
            "Save it as PDF or JPEG.",
        )
    return _WORDS[reason]
