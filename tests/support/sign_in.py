"""A workbench with sign-in: its settings, and tokens as a provider would issue them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.screens import build_desk, forget_desk, no_connection
from tests.support.stores import new_store
from workbench.casework.sign_ins import SignIns
from workbench.desk import Connect, Desk
from workbench.settings import Settings, read_settings

ISSUER = "https://login.example.com"
ROLES = "viewer=desk-viewers,agent=desk-agents,analyst=desk-analysts,lead=desk-leads,admin=desk-admins"
SECTION = """
[auth]
redirect_uri = "{url}/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "desk"
client_secret = "of-nobody"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
"""


def write_secrets(folder: Path, issuer: str = ISSUER, url: str = "http://localhost:8501") -> Path:
    """Write the secrets file of a workbench at this address with this provider; return its path."""
    path = folder / "secrets.toml"
    path.write_text(SECTION.format(issuer=issuer, url=url), encoding="utf-8")
    return path


def turn_sign_in_on(folder: Path) -> str:
    """Write the secrets file where a workbench started in this folder reads it; return SIGN_IN_ROLES."""
    (folder / ".streamlit").mkdir()
    write_secrets(folder / ".streamlit")
    return ROLES


def sign_in_settings(folder: Path) -> Settings:
    return read_settings({"SIGN_IN_ROLES": ROLES}, write_secrets(folder))


@contextmanager
def desk_with_sign_in(folder: Path, connect: Connect = no_connection) -> Iterator[Desk]:
    """Build a desk without accounts whose people sign in, with its secrets file in this folder; close it at the end."""
    store = new_store()
    desk = build_desk(store, sign_in_settings(folder), connect)
    try:
        yield desk
    finally:
        desk.inbox.close()
        store.close()
        forget_desk()


def sign_ins_of(desk: Desk) -> SignIns:
    assert desk.sign_ins is not None
    return desk.sign_ins


def claims_of(name: str, group: str, nonce: str = "1") -> dict[str, object]:
    """Return what Streamlit knows of somebody who has just signed in."""
    token = {"iss": ISSUER, "sub": name.lower(), "name": name, "groups": [group], "nonce": nonce}
    now = int(time.time())
    return {"is_logged_in": True, **token, "iat": now, "exp": now + 3600}
