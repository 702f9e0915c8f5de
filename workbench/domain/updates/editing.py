"""Changes a payload only where it is edited, and proves it on the whole body (accounts-guide, "Updating Accounts").

Paths are those of the payload that Bakkt holds. An item beyond the end of a list is appended; removing an item moves
those after it up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from workbench.domain.updates.paths import ABSENT, Path, is_same, is_within, leaves, path_name, value_at

Edits = Mapping[Path, Any]
"""New values by path; ABSENT removes a field or an item."""


@dataclass(frozen=True, slots=True)
class Change:
    """One intended difference; ``old`` or ``new`` is ABSENT if there was or will be nothing."""

    path: Path
    old: Any = field(repr=False)
    new: Any = field(repr=False)

    @property
    def name(self) -> str:
        return path_name(self.path)


@dataclass(frozen=True, slots=True)
class Review:
    """The whole outgoing body compared with the one that Bakkt has.

    ``dropped`` names what would be lost, altered or moved unintentionally: it must be empty.
    """

    changed: tuple[Change, ...]
    unchanged_count: int
    dropped: tuple[str, ...]


def apply_edits(request: Mapping[str, Any], edits: Edits) -> dict[str, Any]:
    """A copy of the payload with only the edits applied. Raises KeyError if a path cannot be reached."""
    outgoing: dict[str, Any] = _copied(dict(request))
    for path in sorted((path for path, new in edits.items() if new is not ABSENT), key=_order):
        _set(outgoing, path, _copied(edits[path]))
    for path in sorted((path for path, new in edits.items() if new is ABSENT), key=_order, reverse=True):
        _remove(outgoing, path)
    return outgoing


def compare(held: Mapping[str, Any], outgoing: Mapping[str, Any], edits: Edits) -> Review:
    """What the edits change in the payload that Bakkt has, and any other difference.

    The outgoing body is compared as it is, not as the edits would have made it.
    """
    walk = _Comparison(edits, tuple(edits))
    walk.compare(dict(held), dict(outgoing), ())
    return Review(tuple(walk.changed), walk.unchanged_count, tuple(walk.dropped))


@dataclass(slots=True)
class _Comparison:
    """One walk over both bodies, by the paths of Bakkt's."""

    edits: Edits
    edited: tuple[Path, ...]
    changed: list[Change] = field(default_factory=list)
    unchanged_count: int = 0
    dropped: list[str] = field(default_factory=list)

    def compare(self, old: Any, new: Any, path: Path) -> None:
        if any(is_within(path, edited) for edited in self.edited):
            self._compare_edited(old, new, path)
        elif isinstance(old, dict) and isinstance(new, dict):
            self._compare_objects(old, new, path)
        elif isinstance(old, list) and isinstance(new, list):
            self._compare_lists(old, new, path)
        elif old is None and self._has_edit_inside(path) and isinstance(new, dict | list) and new:
            self._compare_new_inside(path, new)
        else:
            self._compare_kept(old, new, path)

    def _compare_edited(self, old: Any, new: Any, path: Path) -> None:
        if not is_same(new, self.edits.get(path, ABSENT)):
            self.dropped.append(f"{path_name(path)} (not as edited)")
        elif is_same(old, new):
            self.unchanged_count += _count(old)
        else:
            self.changed.append(Change(path, old, new))

    def _compare_kept(self, old: Any, new: Any, path: Path) -> None:
        if is_same(old, new):
            self.unchanged_count += 1
        else:
            self.dropped.append(path_name(path))

    def _compare_objects(self, old: dict[str, Any], new: dict[str, Any], path: Path) -> None:
        for name, value in old.items():
            self.compare(value, new.get(name, ABSENT), (*path, name))
        for name in [name for name in new if name not in old]:
            self._compare_new((*path, name), new[name])
        kept = [name for name in old if name in new]
        if [name for name in new if name in old] != kept or list(new)[: len(kept)] != kept:
            self.dropped.append(f"{path_name(path)} (order of its fields)".strip())

    def _compare_lists(self, old: list[Any], new: list[Any], path: Path) -> None:
        """Items removed on purpose are skipped; the others must keep their order."""
        rest = list(new)
        for position, value in enumerate(old):
            here: Path = (*path, position)
            if self.edits.get(here) is ABSENT and here in self.edits:
                self.changed.append(Change(here, value, ABSENT))
            else:
                self.compare(value, rest.pop(0) if rest else ABSENT, here)
        for position, value in enumerate(rest, start=len(old)):
            self._compare_new((*path, position), value)

    def _compare_new(self, path: Path, value: Any) -> None:
        """A value that Bakkt's body lacks: an edit, the parents created for one, or an unintended addition."""
        if path in self.edits:
            self._compare_edited(ABSENT, value, path)
        elif self._has_edit_inside(path) and isinstance(value, dict | list) and value:
            self._compare_new_inside(path, value)
        else:
            self.dropped.append(f"{path_name(path)} (added)")

    def _compare_new_inside(self, path: Path, value: dict[str, Any] | list[Any]) -> None:
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            self._compare_new((*path, step), inner)

    def _has_edit_inside(self, path: Path) -> bool:
        return any(is_within(edited, path) for edited in self.edited)


def paths_to_read_back(request: Mapping[str, Any], edits: Edits) -> tuple[Path, ...]:
    """Where a payload shows whether the edits took effect: whole lists where items are added or removed."""
    paths = [path[:-1] if _moves_items(request, path, new) else path for path, new in edits.items()]
    return tuple(dict.fromkeys(sorted(paths, key=_order)))


def _moves_items(request: Mapping[str, Any], path: Path, new: Any) -> bool:
    return isinstance(path[-1], int) and (new is ABSENT or value_at(request, path) is ABSENT)


def _order(path: Path) -> tuple[tuple[bool, int, str], ...]:
    """Sort key: positions as numbers and names as text, so that items are added in order."""
    return tuple((isinstance(step, str), step if isinstance(step, int) else 0, str(step)) for step in path)


def _copied(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {name: _copied(value) for name, value in tree.items()}
    return [_copied(item) for item in tree] if isinstance(tree, list | tuple) else tree


def _count(tree: Any) -> int:
    return 0 if tree is ABSENT else sum(1 for _ in leaves(tree))


def _set(tree: Any, path: Path, value: Any) -> None:
    holder = tree
    for step, following in pairwise(path):
        holder = _step_into(holder, step, following)
    _put(holder, path[-1], value)


def _step_into(holder: Any, step: str | int, following: str | int) -> Any:
    """The object or list at the step; created if it is absent or null."""
    found = value_at(holder, (step,))
    if found is ABSENT or found is None:
        found = [] if isinstance(following, int) else {}
        _put(holder, step, found)
    return found


def _put(holder: Any, step: str | int, value: Any) -> None:
    match holder, step:
        case dict(), str():
            holder[step] = value
        case list(), int() if step < len(holder):
            holder[step] = value
        case list(), int():
            holder.append(value)
        case _:
            raise KeyError("The payload has an unexpected shape at an edited field.")


def _remove(tree: Any, path: Path) -> None:
    holder, last = value_at(tree, path[:-1]), path[-1]
    if isinstance(holder, dict) and isinstance(last, str):
        holder.pop(last, None)
    elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        del holder[last]
