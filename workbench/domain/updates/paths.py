"""Paths in a payload, written as in Bakkt's refusals: ``owners[0].identity.taxId``."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any, Final

Path = tuple[str | int, ...]
"""Field names and list positions, from the outside in."""

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


class _Absent(Enum):
    ABSENT = "absent"


ABSENT: Final = _Absent.ABSENT
"""Nothing there at all, unlike null; as a new value it removes the field or item."""


def path_name(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def path_of(name: str) -> Path:
    """The path that a refusal names; field names that contain dots or brackets are not supported."""
    return tuple(int(position) if position else member for position, member in _STEP.findall(name))


def value_at(tree: Any, path: Path) -> Any:
    """The value at the path, or ABSENT."""
    for step in path:
        if isinstance(step, int):
            is_there = isinstance(tree, list) and 0 <= step < len(tree)
        else:
            is_there = isinstance(tree, dict) and step in tree
        if not is_there:
            return ABSENT
        tree = tree[step]
    return tree


def leaves(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value without inner values, with its path; this includes empty objects and lists."""
    if isinstance(tree, dict) and tree:
        for name, value in tree.items():
            yield from leaves(value, (*path, name))
    elif isinstance(tree, list) and tree:
        for position, value in enumerate(tree):
            yield from leaves(value, (*path, position))
    else:
        yield path, tree


def is_within(path: Path, outer: Path) -> bool:
    """Whether the path is ``outer`` itself or inside it."""
    return path[: len(outer)] == outer


def is_same(one: Any, other: Any) -> bool:
    """Equal as JSON, including the order of fields: 1, 1.0 and true are three values."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(is_same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return type(one) is type(other) and bool(one == other) and str(one) == str(other)
