"""How large a picture may be: by the bytes that a decoder holds of it, as a scan in black and white takes few."""

from PIL import Image

MAX_DECODED_BYTES = 384_000_000
"""A4 at 970 dpi in colour, A3 at 1,200 dpi in grey or black and white."""
MAX_ANIMATION_BYTES = 512_000_000
MAX_FRAMES = 200
Image.MAX_IMAGE_PIXELS = MAX_DECODED_BYTES  # Pillow's own limit counts pixels, of which the smallest takes one byte
_BYTES_PER_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2}
_MOST_BYTES_PER_PIXEL = 4


def is_too_large(image: Image.Image) -> bool:
    pixels, frames = image.width * image.height, int(getattr(image, "n_frames", 1))
    size = pixels * _BYTES_PER_PIXEL.get(image.mode, _MOST_BYTES_PER_PIXEL)
    is_animation_too_large = frames > 1 and pixels * frames * _MOST_BYTES_PER_PIXEL > MAX_ANIMATION_BYTES
    return size > MAX_DECODED_BYTES or frames > MAX_FRAMES or is_animation_too_large
