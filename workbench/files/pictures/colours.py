"""Colour profiles: kept if they are valid, because the picture would look different without them."""

import io

from PIL import ImageCms


def is_colour_profile(profile: bytes) -> bool:
    """Whether its length field is right and a colour engine can read it."""
    if not profile or int.from_bytes(profile[:4]) != len(profile):
        return False
    try:
        ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except (OSError, ValueError, TypeError, ImageCms.PyCMSError):
        return False
    return True
