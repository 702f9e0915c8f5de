"""A file's kind by its first bytes; its name and the browser's content type are ignored."""

import re
from enum import StrEnum

from workbench.files.reasons import FileRefused, Reason


class FileKind(StrEnum):
    """The kinds of files that Bakkt accepts."""

    PDF = "PDF"
    JPEG = "JPEG"
    PNG = "PNG"
    BMP = "BMP"
    GIF = "GIF"

    @property
    def content_type(self) -> str:
        return _CONTENT_TYPES[self]

    @property
    def extension(self) -> str:
        return "jpg" if self is FileKind.JPEG else self.value.lower()


_CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.BMP: "image/bmp",
    FileKind.GIF: "image/gif",
}
_SIGNATURES = (
    (rb"%PDF-\d", FileKind.PDF),
    (rb"\xff\xd8\xff", FileKind.JPEG),
    (rb"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (rb"GIF8[79]a", FileKind.GIF),
    (rb"BM.{12}(?:\x0c|\x28|\x34|\x38|\x40|\x6c|\x7c)\0\0\0", FileKind.BMP),
)
_OTHER_SIGNATURES = (
    (rb".{4}ftyp(?:heic|heix|hevc|hevx|mif1|msf1)", "a HEIC image"),
    (rb".{4}ftypavi[fs]", "an AVIF image"),
    (rb".{4}ftyp", "a video"),
    (rb"RIFF.{4}WEBP", "a WebP image"),
    (rb"II\*\0|MM\0\*", "a TIFF image"),
    (rb"PK(?:\x03\x04|\x05\x06).*(?:\[Content_Types\]|word/|xl/|ppt/)", "an Office document"),
    (rb"PK(?:\x03\x04|\x05\x06)", "a ZIP archive"),
    (rb"\xd0\xcf\x11\xe0", "an Office 97–2003 document"),
    (rb"\{\\rtf", "an RTF document"),
    (rb"MZ|\x7fELF|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe|#!", "a program"),
    (rb"Rar!|7z\xbc\xaf|\x1f\x8b", "an archive"),
    (rb"%!", "a PostScript program"),
    (rb"(?:\xef\xbb\xbf)?\s*<(?:[^>]*>\s*<){0,9}[^>]*(?i:svg)[\s>]", "an SVG drawing"),
    (rb"(?:\xef\xbb\xbf)?\s*<", "a web page or XML"),
)
_HEAD_BYTES = 4096

NO_CONTENT = re.compile(
    rb"(?:[\0\t\n\f\r \x04\x1a]|\xef\xbb\xbf|\xff\xfe|\xfe\xff|\x1b%-12345X|@PJL[^\r\n]*(?:\r?\n|\Z))*"
)
"""What mail gateways, web servers and printer drivers put around a file: blanks, marks of an encoding, an end of file
under DOS and Unix, and lines of a printer job."""


def kind_of(content: bytes) -> tuple[FileKind, int]:
    """The kind by its first bytes, and where those are: what carries no content may stand before them.

    Raises FileRefused for any other kind, naming the common ones.
    """
    head = content[:_HEAD_BYTES]
    if not head:
        raise FileRefused(Reason.EMPTY)
    before = NO_CONTENT.match(head)
    for start in (0, before.end() if before else 0):
        for beginning, kind in _SIGNATURES:
            if re.compile(beginning, re.DOTALL).match(head, start):
                return kind, start
    raise FileRefused(
        Reason.OTHER_KIND,
        next((words for mark, words in _OTHER_SIGNATURES if _starts_with(mark, head)), "something else"),
    )


def _starts_with(mark: bytes, head: bytes) -> bool:
    return re.match(mark, head, re.DOTALL) is not None
