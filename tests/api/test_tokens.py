"""Tokens: their setting, their scopes, and that only the right text is one."""

from hashlib import sha256

import pytest

from workbench.domain.errors import SettingsError
from workbench.settings import read_settings
from workbench.web.api_tokens import Doorkeeper, Scope, new_local_token, parse_tokens

DIGEST = sha256(b"open sesame").hexdigest()


def test_a_listed_token_is_known_by_its_digest_alone() -> None:
    doorkeeper = Doorkeeper(parse_tokens(f"notebook:read+personal:{DIGEST}, cron:operate:{'0' * 64}"))
    caller = doorkeeper.admit("Bearer open sesame")
    assert caller is not None
    assert (caller.name, caller.scopes) == ("notebook", frozenset({Scope.READ, Scope.PERSONAL}))
    assert doorkeeper.admit(f"Bearer {DIGEST}") is None


def test_a_new_token_opens_its_own_door_alone() -> None:
    secret, token = new_local_token("this machine", Scope)
    assert Doorkeeper([token]).admit(f"Bearer {secret}") == token
    assert Doorkeeper([new_local_token("other", Scope)[1]]).admit(f"Bearer {secret}") is None
    assert secret not in repr(token)


@pytest.mark.parametrize(
    "text",
    ["one", f"a:read:{DIGEST[:-1]}", f"a:write:{DIGEST}", f"a::{DIGEST}", f"a:read+:{DIGEST}", f":read:{DIGEST}"],
)
def test_a_wrong_setting_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(SettingsError, match="WORKBENCH_API_TOKENS must be name:scopes:sha256") as refused:
        read_settings({"WORKBENCH_API_TOKENS": text})
    assert DIGEST[:12] not in str(refused.value)
