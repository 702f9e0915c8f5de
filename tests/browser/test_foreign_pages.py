"""A page of another site in the same browser: it can neither reach the workbench nor frame it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.support.chromium import LISTED, REBOUND
from tests.support.sign_in import turn_sign_in_on
from tests.support.workbench_server import running_workbench

pytestmark = pytest.mark.slow

OPEN_SOCKET = """address => new Promise(resolve => {
    const socket = new WebSocket(address, ['streamlit']);
    socket.onopen = () => resolve('open');
    socket.onerror = () => resolve('refused');
})"""
READ = """async address => {
    try { return await (await fetch(address)).text(); } catch { return 'refused'; }
}"""


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("foreign")
    roles = turn_sign_in_on(folder)
    with running_workbench(folder, port, SANDBOX_ACCOUNTS=20, WORKBENCH_HOSTS=LISTED, SIGN_IN_ROLES=roles) as url:
        yield url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab that has loaded nothing of the workbench; each foreign name leads it here, as an attacker's server says."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


class ForeignPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>foreign</title>")

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def foreign_site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), ForeignPage)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def under(url: str, name: str) -> str:
    return url.replace("127.0.0.1", name)


def test_a_rebound_name_shows_one_sentence_and_gets_no_socket(page: Page, base_url: str) -> None:
    address = under(base_url, REBOUND)
    answer = page.goto(f"{address}/customers")
    assert answer is not None
    assert answer.status == 403
    assert "add it to the setting WORKBENCH_HOSTS" in page.inner_text("body")
    socket = f"{address.replace('http', 'ws')}/_stcore/stream"
    assert page.evaluate(OPEN_SOCKET, socket) == "refused"
    assert "WORKBENCH_HOSTS" in page.evaluate(READ, f"{address}/_stcore/host-config")


def test_a_page_at_another_port_of_this_machine_gets_no_socket_and_reads_nothing(page: Page, base_url: str) -> None:
    with foreign_site() as site:
        page.goto(site)
        for name in ("localhost", "127.0.0.1"):
            address = under(base_url, name)
            assert page.evaluate(OPEN_SOCKET, f"{address.replace('http', 'ws')}/_stcore/stream") == "refused"
            assert page.evaluate(READ, f"{address}/_stcore/health") == "refused"
            assert page.evaluate(READ, f"{address}/app/static/inter-tabular.woff2") == "refused"


def test_no_page_of_another_site_frames_the_workbench(page: Page, base_url: str) -> None:
    with foreign_site() as site:
        page.goto(site)
        with page.expect_console_message(is_refusal_to_be_framed):
            page.evaluate(
                """address => {
                    const frame = document.createElement('iframe');
                    frame.src = address;
                    document.body.append(frame);
                }""",
                f"{base_url}/customers",
            )
        assert [frame.url for frame in page.frames if frame.url.startswith(base_url)] == []


def is_refusal_to_be_framed(said: ConsoleMessage) -> bool:
    return "frame-ancestors" in said.text or "X-Frame-Options" in said.text


def test_the_workbench_opens_under_a_name_that_is_listed(page: Page, base_url: str) -> None:
    """As under 127.0.0.1, where all other files open it; for each name, the page and its socket in tests/web."""
    page.goto(f"{under(base_url, LISTED)}/customers")
    page.wait_for_selector("h1.wb-answer")
