"""The file beside the database that says where the running workbench listens, and with which token it answers."""

import json
import os
import re
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

_ENDING = ".api.json"
_TOKEN = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a workbench listens. The token is a secret of this machine's user."""

    url: str
    token: str = field(repr=False)


def server_file_of(database: Path) -> Path:
    return database.with_name(f"{database.name}{_ENDING}")


def write_address(database: Path, address: ServerAddress) -> None:
    """Replaces the file as a whole; only this user can read it. Raises OSError."""
    path = server_file_of(database)
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(address), file)
    unfinished.replace(path)


def read_address(database: Path) -> ServerAddress | None:
    """What the file says; None if there is none or it cannot be used."""
    try:
        found = json.loads(server_file_of(database).read_text(encoding="utf-8"))
        address = ServerAddress(str(found["url"]), str(found["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return address if _is_usable(address) else None


def _is_usable(address: ServerAddress) -> bool:
    try:
        parts = urlsplit(address.url)
        has_place = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return has_place and _TOKEN.fullmatch(address.token) is not None


def remove_address(database: Path, token: str) -> None:
    """Removes the file if it is still of the server with this token."""
    address = read_address(database)
    if address is not None and address.token == token:
        with suppress(OSError):
            server_file_of(database).unlink(missing_ok=True)
