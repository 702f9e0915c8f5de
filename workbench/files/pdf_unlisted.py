"""Objects in a PDF as they are written, whether its index lists them or not.

A revision may replace an object, and a file may hold some that it does not list; a reader that repairs the file shows
them nevertheless. They can only be judged by their names, those in the index are judged by what they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pikepdf import Name, Object, Pdf, Stream

from workbench.files.pdf_names import refused_name_at
from workbench.files.pdf_tokens import object_places, packed_places, references_at
from workbench.files.reasons import FileRefused, Reason

MAX_OBJECT_STREAM_BYTES = 100_000_000
_FILE = 0

_Listing = tuple[int, int, int]
"""The object stream (0: the file itself), the object's number, and its offset or its place in the stream."""


@dataclass(frozen=True, slots=True)
class WrittenObject:
    """One object: how an index would list it, and the bytes it is in from ``start`` on."""

    listing: _Listing
    written: bytes
    start: int


def written_objects(content: bytes, objects: Sequence[Object]) -> list[WrittenObject]:
    """Every object in the file and in its object streams. Raises FileRefused if one unpacks to too much."""
    found = [WrittenObject((_FILE, number, at), content, start) for number, at, start in object_places(content)]
    for one in objects:
        if isinstance(one, Stream) and one.get("/Type") == Name.ObjStm:
            unpacked, own_number = _unpacked(one), one.objgen[0]
            places = packed_places(unpacked, one.get_int("/First") or 0)
            found += [
                WrittenObject((own_number, number, place), unpacked, start)
                for place, (number, start) in enumerate(places)
            ]
    return found


def find_unlisted_reason(pdf: Pdf, written: Sequence[WrittenObject], *, is_index_sound: bool) -> Reason | None:
    """Why one that the index does not list is refused; without a sound index, one of all."""
    listed = _listings(pdf) if is_index_sound else frozenset()
    unlisted = (one for one in written if one.listing not in listed)
    return next(filter(None, (refused_name_at(one.written, one.start) for one in unlisted)), None)


def references_in(written: Sequence[WrittenObject]) -> set[tuple[int, int]]:
    """Number and generation of every object that one refers to."""
    return {reference for one in written for reference in references_at(one.written, one.start)}


def _listings(pdf: Pdf) -> frozenset[_Listing]:
    return frozenset(
        (entry.obj_stream_number or _FILE, number, (entry.offset if entry.type == 1 else entry.obj_stream_index) or 0)
        for (number, _), entry in pdf.get_xref_table().items()
        if entry.type
    )


def _unpacked(object_stream: Stream) -> bytes:
    unpacked = object_stream.read_bytes()
    if len(unpacked) > MAX_OBJECT_STREAM_BYTES:
        raise FileRefused(Reason.TOO_MUCH_WORK)
    return unpacked
