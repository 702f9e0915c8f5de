"""Bodies that were packed on their way. Signatures cover the bytes as sent, so a body is unpacked after that check."""

import zlib

MAX_BODY_BYTES = 256 * 1024
"""The most that a body may have, as sent and unpacked."""

_GZIP = b"\x1f\x8b"
_GZIP_NAMES = frozenset({"gzip", "x-gzip"})
_WINDOW_OF_GZIP = 31


class TooLargeError(Exception):
    """The body unpacks to more than ``MAX_BODY_BYTES``."""


class NotUnpackableError(Exception):
    """The body begins as gzip, and is cut or damaged."""


def is_encoding_taken(content_encoding: str) -> bool:
    """Whether the header names no encoding, or gzip once."""
    names = [name.strip().lower() for name in content_encoding.split(",")]
    packed = [name for name in names if name not in {"", "identity"}]
    return len(packed) <= 1 and _GZIP_NAMES.issuperset(packed)


def unpack(body: bytes) -> bytes:
    """The body without gzip, if it has it: some gateways drop the header, and some unpack and keep it.

    Raises TooLargeError or NotUnpackableError.
    """
    if not body.startswith(_GZIP):
        return body
    unpacked, rest = b"", body
    while rest:
        part = zlib.decompressobj(_WINDOW_OF_GZIP)
        try:
            unpacked += part.decompress(rest, MAX_BODY_BYTES - len(unpacked) + 1)
        except zlib.error:
            raise NotUnpackableError from None
        if len(unpacked) > MAX_BODY_BYTES:
            raise TooLargeError
        if not part.eof:
            raise NotUnpackableError
        rest = part.unused_data.lstrip(b"\0")
    return unpacked
