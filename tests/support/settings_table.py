"""The README's table of settings, made from the settings: ``python -m tests.support.settings_table`` updates it."""

import re

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from tests.support.running import ROOT
from workbench.settings import FROM_THE_FILE_ALONE, Settings

README = ROOT / "README.md"


def settings_table() -> str:
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        if name in FROM_THE_FILE_ALONE:
            continue
        lines.append(f"| `{name.upper()}` | {_default(field)} | {field.description} |")
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    value = None if field.is_required() else field.default
    if value is None or isinstance(value, SecretStr):
        return ""
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


if __name__ == "__main__":
    block = re.compile(r"(<!-- settings -->\n).*?(<!-- /settings -->)", re.DOTALL)
    README.write_text(block.sub(rf"\g<1>{settings_table()}\g<2>", README.read_text(encoding="utf-8")), encoding="utf-8")
