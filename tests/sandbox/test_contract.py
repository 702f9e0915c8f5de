"""What the sandbox answers about its customers is within the contract that it serves."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.support.contract_checks import CHECKS, bench, schema
from tests.support.sandbox_bench import KEY


def test_the_sandbox_serves_the_contract_it_is_checked_against() -> None:
    answer = bench.call("GET", "/openapi.yaml")
    assert answer.status_code == 200
    assert "getKycDocumentVerificationDetails" in answer.text


def _one_of_each_standing() -> list[dict[str, Any]]:
    told = bench.sandbox.truth()
    return list({(one["standing"], one["is_entity"]): one for one in told}.values())


@pytest.mark.parametrize("told", _one_of_each_standing(), ids=lambda told: told["client_account_id"])
def test_every_seeded_answer_is_within_the_contract(told: dict[str, Any]) -> None:
    for operation_id in ("getAccount", "getAccountStatus", "retrieveAccountDocumentMetadata"):
        operation = schema.find_operation_by_id(operation_id)
        case = operation.Case(path_parameters={"clientAccountId": quote(told["client_account_id"], safe="")})
        assert case.call_and_validate(headers=KEY, checks=CHECKS).status_code == 200
