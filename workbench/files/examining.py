"""Judging a file by what is in it, whatever it is called."""

from workbench.files.examined import Examined
from workbench.files.kinds import FileKind, kind_of


def examine(content: bytes) -> Examined:
    """What may be sent of the file; raises Unfit. It reads foreign data: run it in ``worker``."""
    kind = kind_of(content)
    if kind is FileKind.PDF:
        from workbench.files.pdfs import examine_pdf

        return examine_pdf(content)
    from workbench.files.pictures.pictures import examine_picture

    return examine_picture(kind, content)
