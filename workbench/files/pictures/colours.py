"""Colour profiles: kept where they are ones, as the picture would look otherwise without them."""

import io

from PIL import ImageCms


def is_colour_profile(profile: bytes) -> bool:
    """Whether it says its own length rightly and a colour engine can read it."""
    if not profile or int.from_bytes(profile[:4]) != len(profile):
        return False
    try:
        ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except (OSError, ValueError, TypeError, ImageCms.PyCMSError):
        return False
    return True
