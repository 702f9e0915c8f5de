"""Which ``Host`` and ``Origin`` are names of this server."""

import pytest

from workbench.web.own_names import Name, OwnNames, parse_names

NAMES = OwnNames(parse_names("Desk.Example.com, desk.example.net:8443, secure.example.com:443,[FD00:0::7]"))

OWN = [
    "localhost",
    "localhost:8501",
    "LOCALHOST:1",
    "localhost.",
    "localhost.:8501",
    "localhost:",
    "127.0.0.1",
    "127.0.0.1:65535",
    "[::1]",
    "[::1]:8501",
    "[0:0:0:0:0:0:0:1]:8501",
    "desk.example.com",
    "DESK.example.com.:9000",
    "desk.example.net:8443",
    "secure.example.com",
    "secure.example.com:443",
    "[fd00::7]:8501",
    "[FD00:0:0::7]",
]

FOREIGN = [
    "",
    " ",
    "evil.example",
    "evil.example:8501",
    "localhost.evil.example",
    "evil-localhost",
    "notlocalhost",
    "xdesk.example.com",
    "a.desk.example.com",
    "desk.example.com.evil.example",
    "desk.example.com..",
    ".localhost",
    "desk.example.net",
    "desk.example.net:8501",
    "secure.example.com:80",
    "secure.example.com:8443",
    "localhost:0",
    "localhost:65536",
    "localhost:100000",
    "localhost:80a",
    "localhost:-1",
    "localhost:8501:8501",
    "localhost:٨٥",
    "user@localhost",
    "localhost@evil.example",
    "user:word@localhost:8501",
    "localhost/evil.example",
    "localhost#evil.example",
    "localhost?evil.example",
    "localhost, evil.example",
    "localhost evil.example",
    "http://localhost",
    "localhost\\evil.example",
    "localhost%2eevil.example",
    "localhost\x00",
    "localhost\n",
    "127.1",
    "2130706433",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "127.0.0.2",
    "0.0.0.0",  # noqa: S104 -- a host that somebody asks for; nothing listens there
    "::1",
    "[::]",
    "[::1",
    "[::1]x",
    "[::1%25lo]",
    "[::ffff:127.0.0.1]",
    "[localhost]",
    "ⓛocalhost",
    "*",
    "null",
]


@pytest.mark.parametrize("host", OWN)
def test_an_own_name_is_known_however_it_is_written(host: str) -> None:
    assert NAMES.host_in([host]) is not None


@pytest.mark.parametrize("host", FOREIGN)
def test_any_other_host_is_foreign(host: str) -> None:
    assert NAMES.host_in([host]) is None


def test_a_missing_or_a_second_host_is_foreign() -> None:
    assert NAMES.host_in([]) is None
    assert NAMES.host_in(["localhost", "localhost"]) is None


HOST = Name("localhost", 8501)

OWN_ORIGINS = [
    "http://localhost:8501",
    "http://127.0.0.1:8501",
    "https://[::1]:8501",
    "https://desk.example.com",
    "http://desk.example.com:1",
    "https://desk.example.net:8443",
    "https://secure.example.com",
]

FOREIGN_ORIGINS = [
    "null",
    "",
    "http://localhost",
    "http://localhost:3000",
    "http://127.0.0.1:8502",
    "https://localhost",
    "http://evil.example:8501",
    "https://evil.example",
    "https://desk.example.net",
    "http://secure.example.com",
    "https://desk.example.com.evil.example",
    "https://desk.example.com@evil.example",
    "https://user@desk.example.com",
    "https://desk.example.com/",
    "https://desk.example.com, https://evil.example",
    "https://desk.example.com https://evil.example",
    "HTTPS://desk.example.com",
    "file://",
    "file://localhost:8501",
    "chrome-extension://localhost:8501",
    "localhost:8501",
    "//localhost:8501",
]


@pytest.mark.parametrize("origin", OWN_ORIGINS)
def test_a_page_of_this_server_may_ask(origin: str) -> None:
    assert NAMES.has_origin([origin], HOST)


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_any_other_page_is_foreign_also_one_at_another_port_of_this_machine(origin: str) -> None:
    assert not NAMES.has_origin([origin], HOST)


def test_a_person_who_opens_an_address_sends_no_origin() -> None:
    assert NAMES.has_origin([], HOST)
    assert not NAMES.has_origin(["http://localhost:8501", "http://localhost:8501"], HOST)


def test_the_port_that_nobody_writes_is_the_scheme_s() -> None:
    assert NAMES.has_origin(["http://localhost"], Name("localhost"))
    assert NAMES.has_origin(["http://localhost:80"], Name("localhost"))
    assert not NAMES.has_origin(["http://localhost:443"], Name("localhost"))


def test_a_page_of_this_machine_is_foreign_to_a_listed_name() -> None:
    assert not NAMES.has_origin(["http://localhost:8501"], Name("desk.example.com", 8501))


def test_only_this_machine_s_names_are_own_by_default() -> None:
    assert OwnNames().host_in(["localhost:8501"]) == HOST
    assert OwnNames().host_in(["desk.example.com"]) is None
    assert parse_names("") == parse_names(" , ,") == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "https://desk.example.com",
        "desk.example.com/",
        "*.example.com",
        "*",
        "desk.example.com:x",
        "desk.example.com:0",
        "desk.example.com:70000",
        "fd00::7",
        "[fd00::7",
        "desk_.example.com desk.example.com",
        "büro.example",
        "desk..example.com",
        "-desk.example.com",
        f"{'a' * 64}.example.com",
    ],
)
def test_a_list_with_anything_else_than_names_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be host names such as desk\.example\.com"):
        parse_names(f"desk.example.com, {text}")
