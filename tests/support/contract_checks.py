"""The sandbox's contract as Schemathesis reads it, and what an answer is checked for."""

import copy
from typing import Any

import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.account_requests import company, individual
from tests.support.sandbox_bench import Bench
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
