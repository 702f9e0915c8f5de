"""Prints the tables: medians with their range, plus the machine, the versions and the command."""

import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

README = Path(__file__).parent / "README.md"


@dataclass(frozen=True, slots=True)
class Table:
    """One printed table; ``notes`` explain how to read it."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = field(default_factory=tuple)

    def as_markdown(self) -> str:
        head = [f"#### {self.title}", "", _line(self.columns), _line(["---"] * len(self.columns))]
        return "\n".join([*head, *map(_line, self.rows), "", *(f"{note}  " for note in self.notes)])


@dataclass(frozen=True, slots=True)
class Target:
    """A performance target, the measured value, and whether it is met."""

    words: str
    measured: float
    bound: float
    unit: str = ""
    is_at_most: bool = True

    @property
    def is_met(self) -> bool:
        return self.measured <= self.bound if self.is_at_most else self.measured >= self.bound

    def as_row(self) -> list[str]:
        sign = "≤" if self.is_at_most else "≥"
        met = "yes" if self.is_met else f"no ({self.measured / self.bound:.2f} ×)"
        return [self.words, f"{sign} {self.bound:g}{self.unit}", f"{significant(self.measured)}{self.unit}", met]


def targets_table(targets: Iterable[Target]) -> Table:
    return Table("Targets", ("what", "target", "measured", "met"), [target.as_row() for target in targets])


def significant(value: float) -> str:
    """Format with three significant digits and no exponent."""
    if value == 0:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def spread(values: Sequence[float]) -> str:
    """Format the median and, if there are several values, the minimum and maximum."""
    if len(values) == 1:
        return significant(values[0])
    return f"{significant(median(values))} ({significant(min(values))}–{significant(max(values))})"


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def publish(section: str, command: str, tables: Sequence[Table], packages: Sequence[str]) -> None:
    """Print the tables and write them to the README's section."""
    text = "\n\n".join([_conditions(command, packages), *(table.as_markdown() for table in tables)])
    print(text, flush=True)
    _replace_section(section, text)


def publish_total(minutes: float, tables: Sequence[Table]) -> None:
    """Publish the duration of a full run."""
    head = f"`make bench` took {minutes:.1f} minutes. {_conditions_of_machine()}."
    text = "\n\n".join([head, *(table.as_markdown() for table in tables)])
    print(text, flush=True)
    _replace_section("total", text)


def _conditions(command: str, packages: Sequence[str]) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return f"Repeat with `{command}`. {_conditions_of_machine()}; {versions}."


def _conditions_of_machine() -> str:
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    now = datetime.now(UTC)
    return (
        f"{now:%Y-%m-%d %H:%M} UTC; {_processor()}, {os.cpu_count()} cores; load at the end (1, 5, 15 min) {load}; "
        f"Python {platform.python_version()}"
    )


def _processor() -> str:
    described: Mapping[str, str] = {
        key.strip(): value.strip()
        for key, _, value in (line.partition(":") for line in Path("/proc/cpuinfo").read_text().splitlines())
    }
    return described.get("model name", platform.machine())


def _replace_section(section: str, text: str) -> None:
    begin, end = f"<!-- {section}: begin -->", f"<!-- {section}: end -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    readme = README.read_text(encoding="utf-8")
    README.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n{end}", readme), encoding="utf-8")


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
