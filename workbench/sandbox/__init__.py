"""A simulated Bakkt for demos, training and tests. It shares no business rules with the workbench."""

from workbench.sandbox.options import SandboxOptions
from workbench.sandbox.sandbox import Sandbox
from workbench.sandbox.server import run_sandbox
from workbench.sandbox.transport import SandboxTransport

__all__ = [
    "Sandbox",
    "SandboxOptions",
    "SandboxTransport",
    "run_sandbox",
]
