"""QR codes for links of every length that a vendor might send."""

import pytest

from workbench.ui.account.link.handover import draw_qr_code

LINK = "https://verify.example.test/"


@pytest.mark.parametrize("length", [40, 150, 192, 193, 600, 2900])
def test_the_modules_of_a_code_are_never_too_small_for_a_phone(length: int) -> None:
    code = draw_qr_code(LINK.ljust(length, "x"))
    assert code is not None
    assert f'width="{code.width_pixels}"' in str(code.markup)
    modules = 8 + 17 + 4 * version_of(length)
    assert code.width_pixels / modules >= 3
    assert (code.width_pixels <= 172) == (length <= 192)


def version_of(length: int) -> int:
    """Return the smallest version that holds so many bytes at low error correction (ISO 18004, table 7)."""
    holds = {3: 53, 7: 154, 8: 192, 9: 230, 17: 644, 40: 2953}
    return next(version for version, most in holds.items() if length <= most)


def test_a_link_that_no_code_can_hold_has_none_and_fails_nothing() -> None:
    assert draw_qr_code(LINK.ljust(8000, "x")) is None
