"""Every route that the server has, ours and Streamlit's, found by looking into the running application."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass

from tests.support.running import PATIENCE_SECONDS, ROOT, bare_environment

LOOK = """
import asyncio, json
import app

class Enough(Exception):
    pass

async def receive():
    raise Enough  # before anything starts

scope = {"type": "lifespan", "state": {}}
try:
    asyncio.run(app.app(scope, receive, None))
except Enough:
    pass
print(json.dumps([
    [type(route).__name__, route.path, sorted(getattr(route, "methods", None) or [])] for route in scope["app"].routes
]))
"""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True, slots=True)
class ServedRoute:
    kind: str
    path: str
    methods: tuple[str, ...]

    @property
    def address(self) -> str:
        return re.sub(r"\{[^}]*\}", "a-part", self.path) or "/"


def served_routes() -> list[ServedRoute]:
    done = subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", LOOK],
        cwd=ROOT,
        env=bare_environment(),
        timeout=PATIENCE_SECONDS,
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return [ServedRoute(kind, path, tuple(methods) or METHODS) for kind, path, methods in found]
