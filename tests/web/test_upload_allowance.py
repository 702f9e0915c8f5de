"""Receiving an upload."""

from tempfile import SpooledTemporaryFile

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from workbench.web.upload_allowance import uploads_kept_off_disk

LARGE = b"x" * 5_000_000


async def count(request: Request) -> PlainTextResponse:
    async with request.form() as form:
        file = form["file"]
        assert not isinstance(file, str)
        return PlainTextResponse(str(len(await file.read())))


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows with each upload that goes to the disk."""
    found: list[str] = []
    original = SpooledTemporaryFile.rollover

    def rollover(self: SpooledTemporaryFile[bytes]) -> None:
        found.append("on disk")
        original(self)

    monkeypatch.setattr(SpooledTemporaryFile, "rollover", rollover)
    return found


def upload() -> str:
    client = TestClient(Starlette(routes=[Route("/", count, methods=["POST"])]))
    return client.post("/", files={"file": LARGE}).text


def test_an_upload_never_touches_the_disk(on_disk: list[str]) -> None:
    with uploads_kept_off_disk():
        assert upload() == "5000000"
    assert on_disk == []
    assert upload() == "5000000"
    assert on_disk
