"""Checking a file by its content, whatever its name."""

from dataclasses import replace

from workbench.files.examined import ExaminedFile
from workbench.files.kinds import FileKind, kind_of


def examine(content: bytes) -> ExaminedFile:
    """The part of the file that may be sent; raises FileRefused. It parses untrusted data, so run it in ``worker``."""
    kind, start = kind_of(content)
    if kind is FileKind.PDF:
        from workbench.files.pdfs import examine_pdf  # pikepdf takes a quarter of a second to load

        return examine_pdf(content, start)
    from workbench.files.pictures.pictures import examine_picture

    return replace(examine_picture(kind, content[start:]), leading_bytes=start)
