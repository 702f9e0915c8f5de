"""What is missing in a PDF. qpdf repairs a file that was cut and opens it with the pages that are left."""

from collections.abc import Set

from pikepdf import Array, Dictionary, Name, Pdf, Stream, StreamDecodeLevel
from pikepdf.exceptions import PdfError, PikepdfError
from pikepdf.settings import set_qpdf_limits

from workbench.files.pictures.jpeg import is_jpeg_whole
from workbench.files.reasons import FileRefused, Reason

MAX_STREAM_BYTES = 500_000_000
set_qpdf_limits(
    flate_max_memory=MAX_STREAM_BYTES,
    run_length_max_memory=MAX_STREAM_BYTES,
    png_max_memory=MAX_STREAM_BYTES,
    tiff_max_memory=MAX_STREAM_BYTES,
)
_BEYOND_LIMIT = ("memory limit exceeded", "bad_alloc")
_JPEG = Name.DCTDecode
_NOT_SHOWN = frozenset({"/Metadata", "/PieceInfo", "/Thumb"})
"""Keys whose streams no page shows: a PDF is whole without them."""


def has_lost_objects(pdf: Pdf, referred: Set[tuple[int, int]]) -> bool:
    """Whether an object that qpdf could not read, or that is not in the file, is listed or referred to.

    A PDF may refer to what was never there, so this is a loss only where qpdf had to repair the file. qpdf leaves such
    references out of the objects, so ``referred``, by number and generation, is read from the file's bytes.
    """
    known = {place for place, entry in pdf.get_xref_table().items() if entry.type}
    return None in list(pdf.objects) or not referred <= known


def are_pages_whole(pdf: Pdf) -> bool:
    """Whether no page is missing, and the contents and resources of all can be read to their end.

    Call it when every object was read: any warning after that is about data that ends early.
    """
    seen: set[tuple[int, int]] = set()
    waiting: list[object] = [pdf.Root.get("/Pages")]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, Dictionary | Stream | Array) or (one.is_indirect and one.objgen in seen):
            continue
        seen.add(one.objgen)
        if isinstance(one, Stream) and not _is_whole(one):
            return False
        if isinstance(one, Array):
            waiting.extend(one)
        elif None in list(one.get_list("/Kids") or ()):
            return False
        else:
            waiting.extend(value for key, value in one.items() if key not in _NOT_SHOWN)
    return not pdf.get_warnings()


def _is_whole(stream: Stream) -> bool:
    """Whether a stream has its stated length and, if it is a JPEG, all of it; other data is decoded if qpdf can."""
    raw, filters = bytes(stream.get_raw_stream_buffer()), _filters(stream)
    if len(raw) < (stream.get_int("/Length") or 0):
        return False
    if filters == [_JPEG]:
        return is_jpeg_whole(raw)
    level = StreamDecodeLevel.all if filters[-1:] == [_JPEG] else StreamDecodeLevel.generalized
    try:
        stream.get_stream_buffer(level)
    except PdfError as error:  # data that cannot be decoded is a warning too, an unknown filter is not
        if is_beyond_limit(error):
            raise FileRefused(Reason.TOO_MUCH_WORK) from None
    return True


def is_beyond_limit(error: PikepdfError) -> bool:
    """Whether a stream unpacks to more than qpdf may, or can, hold; qpdf says so in words alone."""
    return any(words in str(error) for words in _BEYOND_LIMIT)


def _filters(stream: Stream) -> list[object]:
    filters = stream.get("/Filter")
    return list(filters) if isinstance(filters, Array) else [filters]
