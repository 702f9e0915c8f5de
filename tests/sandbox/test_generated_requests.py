"""Schemathesis looks for server errors and for responses that the contract does not describe.

`make test` leaves this file out by its name, because collecting it takes seconds: the requests are generated then.
"""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import negative_data_rejection

from tests.support.contract_checks import CHECKS, schema
from tests.support.rounds import examples
from tests.support.sandbox_bench import KEY

pytestmark = pytest.mark.slow


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
