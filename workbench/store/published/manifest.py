"""The small file beside a published copy that says which files belong to it, and as of when they are."""

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workbench.store.engine.migrations import schema_digest

MADE_BY = "Onboarding Workbench"
NAME = "workbench.json"
DATABASE = "workbench.duckdb"
UNFINISHED = ".publishing-"
"""How names of files begin that are not in place yet."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """``files`` are names in the folder; ``as_of`` is UTC without a zone, None while the first copy is put in place.

    ``schema`` and ``desk`` are digests of its tables and views, and of whose copy it is.
    """

    files: Sequence[str]
    as_of: datetime | None = None
    schema: str = ""
    desk: str = ""


def read_manifest(folder: Path) -> Manifest | None:
    """What the folder says of itself; None if it holds no published copy."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if found["made_by"] != MADE_BY:
            return None
        as_of = datetime.fromisoformat(found["as_of"]) if found["as_of"] else None
        return Manifest(tuple(map(str, found["files"])), as_of, str(found["schema"]), str(found["desk"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_current(copy: Manifest) -> bool:
    """Whether there is a whole copy, and this version of the workbench reads it."""
    return copy.as_of is not None and copy.schema == schema_digest()


def write_manifest(folder: Path, manifest: Manifest, mode: int) -> None:
    """Replaces it as a whole. Raises OSError."""
    as_of = manifest.as_of.isoformat() if manifest.as_of else None
    content = {
        "made_by": MADE_BY,
        "as_of": as_of,
        "schema": manifest.schema,
        "desk": manifest.desk,
        "files": list(manifest.files),
    }
    descriptor, unfinished = tempfile.mkstemp(prefix=UNFINISHED, dir=folder)  # a new file, through nobody's link
    with open(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(descriptor)
        os.fchmod(descriptor, mode)
    Path(unfinished).replace(folder / NAME)
