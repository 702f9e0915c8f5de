"""The workbench as `make run` starts it with sign-in, under names besides its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sign_in import turn_sign_in_on
from tests.support.workbench_server import running_workbench


@pytest.fixture(scope="session")
def server_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "server.log"


@pytest.fixture(scope="session")
def server(server_log: Path) -> Iterator[str]:
    names = "desk.example.com, desk.example.net:8443, [fd00::7]"
    roles = turn_sign_in_on(server_log.parent)
    with running_workbench(server_log.parent, SANDBOX_ACCOUNTS=20, WORKBENCH_HOSTS=names, SIGN_IN_ROLES=roles) as url:
        yield url
