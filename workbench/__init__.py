"""The Onboarding Workbench: see and move customers through Bakkt's account opening.

In a notebook: ``from workbench import open_desk``.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.client.desk import open_desk

__all__ = ["open_desk"]


def __getattr__(name: str) -> Any:
    """Loads what notebooks use when it is asked for: the server needs none of it."""
    if name in __all__:
        from workbench.client import desk

        return getattr(desk, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
