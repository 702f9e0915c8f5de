"""Judging a file by what is in it, whatever it is called."""

from workbench.actions.files.examined import Examined
from workbench.actions.files.kinds import FileKind, kind_of


def examine(content: bytes) -> Examined:
    """What may be sent of the file; raises Unfit. It reads foreign data: run it in ``worker``."""
    kind = kind_of(content)
    if kind is FileKind.PDF:
        from workbench.actions.files.pdfs import examine_pdf

        return examine_pdf(content)
    from workbench.actions.files.pictures import examine_picture

    return examine_picture(kind, content)
