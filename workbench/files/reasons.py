"""Why a file cannot be sent, in words for the person: nothing of the file's own text is ever in them."""

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
    """The file is not sent. ``found`` is our own word for what it is instead."""

    def __init__(self, reason: Reason, found: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.found = found


_PRINT_ANEW = "Open it, print it to a new PDF, and upload that one."
_ASK_ANEW = "Open it on your machine to see whether it is whole, and ask the customer for it again if it is not."

_WORDS = {
    Reason.EMPTY: Words("The file is empty", "It holds no bytes at all.", "Choose the file again."),
    Reason.BROKEN: Words("The file cannot be read", "It is damaged, or it was cut off on its way.", _ASK_ANEW),
    Reason.TOO_MANY_PIXELS: Words(
        "The picture is too large to open",
        "Unpacked it would take more memory than any photo of a paper needs.",
        "Scan or photograph the paper at a lower resolution.",
    ),
    Reason.TOO_MUCH_WORK: Words(
        "The file could not be checked",
        "Reading it took more time or memory than any usual paper needs.",
        "Print it to a new PDF, or photograph the paper, and upload that one.",
    ),
    Reason.ENCRYPTED: Words(
        "The PDF is locked", "It is encrypted, so neither we nor Bakkt can check what is in it.", _PRINT_ANEW
    ),
    Reason.SCRIPT: Words("The PDF contains a script", "It would run a program when somebody opens it.", _PRINT_ANEW),
    Reason.ACTION: Words("The PDF acts by itself", "It would do something as soon as it is opened.", _PRINT_ANEW),
    Reason.LAUNCH: Words(
        "The PDF reaches outside itself", "It would open or send other files, or start a program.", _PRINT_ANEW
    ),
    Reason.ATTACHMENT: Words(
        "The PDF has attachments",
        "Another file is hidden inside it, which nobody could check.",
        "Upload the attached papers one by one, and this one printed to a new PDF.",
    ),
    Reason.MEDIA: Words("The PDF plays media", "It contains sound, film or 3D content.", _PRINT_ANEW),
    Reason.FORM: Words(
        "The PDF is a program-like form", "It contains an XFA form, which may compute and change.", _PRINT_ANEW
    ),
    Reason.SECOND_FILE: Words(
        "There is a second file behind this one",
        "After its end, or between its parts, another file is hidden.",
        _PRINT_ANEW,
    ),
    Reason.TOO_MANY_PAGES: Words(
        "The PDF has too many pages",
        "A paper of more than 300 pages is not checked.",
        "Split it, and upload its parts one by one.",
    ),
}


def words_of(reason: Reason, found: str, limit: int) -> Words:
    """Title, what is wrong, and what to do. ``limit`` is the most bytes that are taken."""
    if reason is Reason.TOO_BIG:
        return Words(
            "The file is too big",
            f"Files of up to {limit / 1_000_000:g} MB are sent.",
            "Scan it at a lower resolution, or split a long PDF.",
        )
    if reason is Reason.OTHER_KIND:
        return Words(
            "This kind of file is not taken",
            f"Whatever its name says, its content is {found}. Bakkt takes PDF, JPEG, PNG, BMP and GIF.",
            "Save or print it as PDF, or as a JPEG picture.",
        )
    return _WORDS[reason]
