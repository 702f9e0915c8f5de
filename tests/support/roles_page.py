"""The table of docs/roles.md, written from the policy: `.venv/bin/python -m tests.support.roles_page`."""

from tests.support.running import ROOT
from workbench.access.policy import POLICY, Role

PAGE = ROOT / "docs" / "roles.md"
BEGIN, END = "<!-- roles -->", "<!-- end of roles -->"


def roles_table() -> str:
    """One row for each act, in the order of the policy."""
    names = " | ".join(Role)
    lines = [f"| may | {names} |", f"|---|{'---|' * len(Role)}"]
    for act, roles in POLICY.items():
        marks = " | ".join("yes" if role in roles else "" for role in Role)
        lines.append(f"| {act} | {marks} |")
    return "\n".join(lines)


def with_table(text: str) -> str:
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{roles_table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
