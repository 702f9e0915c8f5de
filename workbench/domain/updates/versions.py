"""Three versions of one account side by side: what was read, what Bakkt has now, and what the person wants."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.payload import list_of
from workbench.domain.updates.contacts import CONTACTS_LIST, same_contact
from workbench.domain.updates.editing import Edits, apply_edits
from workbench.domain.updates.paths import ABSENT, Path, is_same, leaves, path_name, value_at


@dataclass(frozen=True, slots=True)
class ThreeVersions:
    """One path where the versions differ."""

    path: Path
    read: Any = field(repr=False)
    now: Any = field(repr=False)
    mine: Any = field(repr=False)

    @property
    def name(self) -> str:
        return path_name(self.path)

    @property
    def is_conflict(self) -> bool:
        """Bakkt's copy and the person both changed it, to different values."""
        return not (is_same(self.read, self.now) or is_same(self.read, self.mine) or is_same(self.now, self.mine))


def side_by_side(read: Mapping[str, Any], now: Mapping[str, Any], edits: Edits) -> list[ThreeVersions]:
    """Every path where Bakkt's copy or the person's edits differ from what was read, in the payload's order."""
    mine = apply_edits(read, edits)
    paths = dict.fromkeys(path for tree in (dict(read), dict(now), mine) for path, _ in leaves(tree))
    rows = [ThreeVersions(path, value_at(read, path), value_at(now, path), value_at(mine, path)) for path in paths]
    return [row for row in rows if not (is_same(row.read, row.now) and is_same(row.read, row.mine))]


def path_in_newer_copy(path: Path, read: Mapping[str, Any], now: Mapping[str, Any]) -> Path | None:
    """The same path in Bakkt's newer copy: owners are found again by their id, contacts by their name.

    None if it was removed.
    """
    match path:
        case ("owners", int(number), *rest):
            found = _same_owner(read, now, number)
            return None if found is None else ("owners", found, *rest)
        case (str(name), int(number), *rest) if name == CONTACTS_LIST:
            found = same_contact(read, now, number)
            return None if found is None else (CONTACTS_LIST, found, *rest)
    return path


def _same_owner(read: Mapping[str, Any], now: Mapping[str, Any], number: int) -> int | None:
    before, after = list_of(read.get("owners")), list_of(now.get("owners"))
    if number >= len(before):
        return number - len(before) + len(after)
    key = _key(before[number])
    if key is not None and [_key(owner) for owner in before].count(key) == 1:
        return next((path for path, owner in enumerate(after) if _key(owner) == key), None)
    return number if number < len(after) and _key(after[number]) == key else None


def _key(owner: Any) -> Any:
    found = value_at(owner, ("clientOwnerId",))
    return None if found is ABSENT else found
