"""Where this process's server listens, which nothing tells before it does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address

from uvicorn import Server


@contextmanager
def told_where_it_listens(tell: Callable[[str], None]) -> Iterator[None]:
    """Within the block, a server of this process that begins to listen tells its address for this machine."""
    original = Server.main_loop

    async def main_loop(self: Server) -> None:
        url = _url_of(self)
        if url is not None:
            tell(url)
        await original(self)

    Server.main_loop = main_loop  # type: ignore[method-assign]
    try:
        yield
    finally:
        Server.main_loop = original  # type: ignore[method-assign]


def _url_of(server: Server) -> str | None:
    """The address of the first socket that is one of the network; None for a Unix socket."""
    names = [socket.getsockname() for each in server.servers for socket in each.sockets]
    found = next(((name[0], name[1]) for name in names if isinstance(name, tuple)), None)
    if found is None:
        return None
    host, port = found
    address = ip_address(host.partition("%")[0])
    if address.is_unspecified:
        host = "::1" if address.version == 6 else "127.0.0.1"
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if server.config.is_ssl else 'http'}://{shown}:{port}"
