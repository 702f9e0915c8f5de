"""GIF: comments, text and application blocks are removed; frames, their timing and the loop stay.

What follows the end code within a picture's block stays: to find it, the picture would have to be unpacked here.
Pillow would draw each frame anew, which changes frames that cover a part of the picture, and their colours.
"""

from workbench.files.pictures.cleaned import CleanedPicture, CutPicture, MalformedPicture, RemovedMetadata

_EXTENSION, _PICTURE, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_HEADER, _DESCRIPTOR = 13, 10
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_LOOP_BODY = 5


def clean_gif(content: bytes) -> CleanedPicture:
    """Raises MalformedPicture if the blocks cannot be parsed, CutPicture if the file ends within one.

    A picture may lack the trailer, and the end of its block before it.
    """
    leavings = RemovedMetadata()
    position = _HEADER + _palette_size(content, _HEADER - 3)
    kept, last = [content[:position]], 0
    while position < len(content) and content[position] != _TRAILER:
        start, position = position, _end_of_block(content, position)
        last = content[start]
        if _is_kept(content, start):
            kept.append(content[start:position].ljust(position - start, b"\0"))
        else:
            leavings.add(has_location=b"GPSLatitude" in content[start:position])
    is_end_missing = position >= len(content)
    if is_end_missing and last != _PICTURE:
        raise CutPicture
    return CleanedPicture(
        b"".join([*kept, bytes([_TRAILER])]),
        leavings.has_location,
        leavings.metadata_count,
        trailing_bytes=max(0, len(content) - position - 1),
        is_end_added=is_end_missing,
    )


def _at(content: bytes, position: int) -> int:
    if position >= len(content):
        raise CutPicture
    return content[position]


def _palette_size(content: bytes, flags_at: int) -> int:
    flags = _at(content, flags_at)
    return 3 * 2 ** ((flags & 0x07) + 1) if flags & 0x80 else 0


def _end_of_block(content: bytes, start: int) -> int:
    kind = _at(content, start)
    if kind == _EXTENSION:
        return _end_of_parts(content, start + 2)
    if kind == _PICTURE:
        return _end_of_parts(content, start + _DESCRIPTOR + _palette_size(content, start + _DESCRIPTOR - 1) + 1)
    raise MalformedPicture


def _end_of_parts(content: bytes, position: int) -> int:
    """Just behind the end of the block, which may be missing at the very end of the file."""
    while position != len(content) and (length := _at(content, position)) != 0:
        position += length + 1
    return position + 1


def _is_kept(content: bytes, start: int) -> bool:
    if content[start] == _PICTURE:
        return True
    label, name = content[start + 1], content[start + 3 : start + 14]
    is_loop = name in _LOOPS and _end_of_block(content, start) - start == 14 + _LOOP_BODY
    return label == _CONTROL or (label == _APPLICATION and is_loop)
