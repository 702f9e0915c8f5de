"""What an entity is, wherever the desk asks (DESK.md, "Standing")."""

from typing import Any

import pytest

from tests.support.fake_bakkt import ACCOUNT
from workbench.bakkt.snapshot import snapshot_account
from workbench.domain.account import Form
from workbench.domain.account.choices import AccountType
from workbench.domain.account.entity import is_entity_request
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.sections import filled_form

REQUESTS = [
    ({"accountType": "ENTITY"}, True),
    ({"accountType": "ENTITY_PERSONAL_TRUST"}, True),
    ({"accountType": "CUSTODIAL"}, True),
    ({"accountType": "INDIVIDUAL", "entity": {}}, False),
    ({"accountType": "NEWER", "entity": {}}, False),
    ({"entity": {}}, True),
    ({"accountType": None, "entity": {}}, True),
    ({"accountType": 7, "entity": {}}, True),
    ({"accountType": "", "entity": {}}, True),
    ({"accountType": "  ", "entity": {}}, True),
    ({"accountType": "  "}, False),
    ({"entity": "Acme"}, False),
    ({}, False),
]


@pytest.mark.parametrize(("request_value", "is_entity"), REQUESTS)
def test_a_sync_and_an_update_agree_on_what_an_entity_is(request_value: dict[str, Any], is_entity: bool) -> None:
    assert is_entity_request(request_value) is is_entity
    assert snapshot_account({**ACCOUNT, "request": request_value}).is_entity is is_entity
    assert UpdateForm(request_value).is_entity is is_entity
    assert filled_form(UpdateForm(request_value)).is_entity is is_entity


@pytest.mark.parametrize("account_type", AccountType)
def test_a_new_account_is_an_entity_if_bakkt_s_copy_of_it_will_be(account_type: AccountType) -> None:
    assert Form({"accountType": account_type.value}).is_entity is is_entity_request({"accountType": account_type.value})
