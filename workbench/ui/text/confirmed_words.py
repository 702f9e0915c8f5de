"""What a person confirmed although it is unusual, in words."""

from collections.abc import Mapping

from workbench.actions.doubts import confirmed_lines
from workbench.domain.account.field_words import field_words


def confirmed_words(what: Mapping[str, str]) -> str:
    """From an action's record: each field with the reason, never its value."""
    return "; ".join(f"{field_words(path)}: {short}" for path, short in confirmed_lines(what))
