"""Judging a file by what is in it, whatever it is called."""

from .examined import Examined
from .kinds import FileKind, kind_of


def examine(content: bytes) -> Examined:
    """What may be sent of the file; raises Unfit. It reads foreign data: run it in ``worker``."""
    kind = kind_of(content)
    if kind is FileKind.PDF:
        from .pdfs import examine_pdf  # pypdf takes half a second to load

        return examine_pdf(content)
    from .pictures import examine_picture

    return examine_picture(kind, content)
