"""Schemathesis looks for server errors and for responses that the contract does not describe."""

import copy
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.account_requests import company, individual
from tests.support.rounds import examples
from tests.support.sandbox_bench import KEY, Bench
from workbench.sandbox.api.contract import contract

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

bench = Bench(accounts=80)


def _contract_with_known_names() -> dict[str, Any]:
    """Return the contract with ids that the sandbox knows among the values to try."""
    content = copy.deepcopy(contract())
    told = bench.sandbox.truth()
    names = [one["client_account_id"] for one in told]
    documents = [document for one in told for document in one["documents"]]
    parameters = content["components"]["parameters"]
    parameters["clientAccountId"]["schema"] = {"anyOf": [{"enum": names}, {"type": "string"}]}
    parameters["clientDocumentId"]["schema"] = {"anyOf": [{"enum": documents}, {"type": "string", "format": "uuid"}]}
    details = content["paths"][
        "/partner/v1/partner/{partnerId}/party/{partnerPartyRef}/kyc/documentVerificationDetails"
    ]["get"]["parameters"]
    details[0]["schema"] = {"anyOf": [{"enum": [bench.options.partner_id]}, {"type": "string", "format": "uuid"}]}
    details[1]["schema"] = {"anyOf": [{"enum": names}, {"type": "string"}]}
    body = content["paths"]["/apex-crypto/api/v2/accounts"]["post"]["requestBody"]["content"]["application/json"]
    body["examples"] = {"person": {"value": individual("EX-1")}, "company": {"value": company("EX-2")}}
    return content


schema = schemathesis.openapi.from_dict(_contract_with_known_names())
schema.app = bench.sandbox.app


@schema.parametrize()
@settings(
    max_examples=examples(30),
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_server_error_and_no_answer_against_the_contract(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(headers=KEY, checks=CHECKS)


@schema.include(operation_id="createAccount").parametrize()
@settings(
    max_examples=examples(30), derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
def test_what_the_schema_forbids_is_refused(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(headers=KEY, checks=[not_a_server_error, negative_data_rejection])


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
