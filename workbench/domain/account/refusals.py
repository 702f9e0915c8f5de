"""Places Bakkt's words about refused fields at the fields of the form."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workbench.domain.account.form import Form, fields_of

_DOTTED_POSITION = re.compile(r"\.(\d+)(?=\.|$)")
_LAST_STEP = re.compile(r"(?:\.[^.\[\]]+|\[\d+\])$")


@dataclass(frozen=True, slots=True)
class PlacedRefusals:
    """Bakkt's words by path of the form's field, and those that belong to no field, unchanged."""

    by_path: Mapping[str, str] = field(default_factory=dict, repr=False)
    unplaced: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def place_refusals(refusals: Iterable[tuple[str, str]], form: Form, others: Iterable[str] = ()) -> PlacedRefusals:
    """Each refusal at the field it is about; one about a whole object at that object's first field.

    ``others`` are paths of further fields that are shown with the form's.
    """
    paths = list(dict.fromkeys([*(one.path for one in fields_of(form)), *others]))
    by_path: dict[str, str] = {}
    unplaced = []
    for named, words in refusals:
        path = _find_field(named, paths)
        if path is None:
            unplaced.append((named, words))
        else:
            by_path[path] = " ".join(filter(None, (by_path.get(path, ""), words)))
    return PlacedRefusals(by_path, tuple(unplaced))


def _find_field(named: str, paths: list[str]) -> str | None:
    """The field itself, else the first one inside it, else that of its parent."""
    path = _DOTTED_POSITION.sub(r"[\1]", named.strip().removeprefix("$.").removeprefix("request."))
    while path:
        found = next((one for one in paths if one == path or one.startswith((f"{path}.", f"{path}["))), None)
        if found is not None:
            return found
        shorter = _LAST_STEP.sub("", path)
        path = shorter if shorter != path and not re.fullmatch(r"owners|owners\[\d+\]|entity", shorter) else ""
    return None
