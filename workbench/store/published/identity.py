"""Whose copy it is: each copy carries a digest that is the same for every copy of one desk and of no other."""

import hmac

import duckdb

from workbench.domain.errors import InputError
from workbench.store.engine.read_only import read_source
from workbench.store.published.manifest import Manifest


def identity_of(cursor: duckdb.DuckDBPyConnection, key: str) -> str:
    """Of the Bakkt environment that fills the database, and of the key of its own that links are hashed with."""
    return identity_from(read_source(cursor), key)


def identity_from(source: tuple[str, ...], key: str) -> str:
    return hmac.digest(key.encode(), "\n".join(source).encode(), "sha256").hex()[:32]


def refuse_other_desk(copy: Manifest | None, folder: object, desk: str) -> None:
    """Raises InputError if the folder holds the copy of another desk."""
    if copy is not None and copy.desk != desk:
        raise InputError(
            f"{folder} holds the published copy of another desk.",
            title="The copy is another desk's",
            next_step="Set PUBLISH_FOLDER to a folder of this desk's own; if the other desk is gone, empty the folder.",
        )
