"""The wheel: installed, it works without the checkout beside it."""

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.running import PATIENCE_SECONDS, ROOT, bare_environment, free_port, until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the installed wheel and nothing else of ours."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", ROOT, "--no-deps", "--no-build-isolation", "-w", folder], check=True)  # noqa: S603
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", wheel, "--no-deps", "--target", folder / "site"], check=True)  # noqa: S603
    return folder / "site"


@contextmanager
def running(installed: Path, folder: Path, *arguments: str, **settings: object) -> Iterator[None]:
    """Run the installed ``workbench`` command outside the checkout until the block ends."""
    environment = bare_environment(**settings) | {"PYTHONPATH": str(installed)}
    command = [sys.executable, str(installed / "bin" / "workbench"), *arguments]
    with (folder / "output.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)  # noqa: S603
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_SECONDS)


def read(url: str) -> bytes | None:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
            content: bytes = answer.read()
            return content
    except OSError:
        return None


def test_the_wheel_holds_pages_queries_and_streamlits_settings(installed: Path) -> None:
    project = installed / "workbench" / "project"
    for folder, pattern in (("pages", "*.py"), ("queries", "*/*.sql")):
        names = {str(path.relative_to(ROOT)) for path in (ROOT / folder).glob(pattern)}
        assert names == {str(path.relative_to(project)) for path in (project / folder).glob(pattern)}
    assert (project / "app.py").read_bytes() == (ROOT / "app.py").read_bytes()
    assert (project / ".streamlit" / "config.toml").read_bytes() == (ROOT / ".streamlit" / "config.toml").read_bytes()


def test_the_installed_app_serves_its_pages_with_an_open_desk(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    with running(installed, tmp_path, "serve", "--port", str(port), SANDBOX_ACCOUNTS=20):
        until(lambda: read(f"http://127.0.0.1:{port}/healthz") is not None, seconds=3 * PATIENCE_SECONDS)
        health = read(f"http://127.0.0.1:{port}/healthz")
        font = read(f"http://127.0.0.1:{port}/app/static/inter-tabular.woff2")
    assert json.loads(health or b"null") == {"database": "open", "inbox": "writable"}
    assert font == (ROOT / "workbench" / "ui" / "shell" / "static" / "inter-tabular.woff2").read_bytes()
    assert (tmp_path / "data" / "workbench.duckdb").is_file()


def test_the_installed_sandbox_answers(installed: Path, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{(port := free_port())}"
    with running(installed, tmp_path, "sandbox", "--port", str(port), "--accounts", "20"):
        until(lambda: read(f"{address}/sandbox/registry.csv") is not None)
        registry = (read(f"{address}/sandbox/registry.csv") or b"").decode()
    assert len(registry.splitlines()) == 21


def test_requirements_never_install_the_checkout() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "benchmarks/requirements.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        assert [
            line for line in lines if "onboarding-workbench==" in line or line.startswith(("-e", ".", "file:"))
        ] == []
