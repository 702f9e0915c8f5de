"""Plotly is loaded whole before the first page is shown."""

import subprocess
import sys

import pytest

from tests.support.running import PATIENCE_SECONDS, ROOT

DRAW_AFTER = """
import sys
{before}
loaded = set(sys.modules)
from datetime import date
from workbench.figures.balance import draw_balance
from workbench.figures.bars import Bar, Part, bar_figure
from workbench.figures.columns import Column, column_figure
from workbench.figures.curves import Curve, curve_figure
ONE_DAY = [
    {{"day": date(2026, 11, 29), "turn": turn, "came_in": 1, "went_out": 0, "closing": 1}}
    for turn in ("all", "us", "customer", "bakkt")
]
bar_figure([Bar("a", (Part(1, "#111111", "b"),), "c")], "dark").to_json()
column_figure([Column(((1, "#111111"),), "a")], [], "dark").to_json()
curve_figure([Curve("a", [1], [1], ["b"], "#111111")], "dark", since_hours=1, until_hours=2).to_json()
draw_balance(ONE_DAY, "dark").to_json()
print(sum(name.split(".")[0] in ("plotly", "_plotly_utils") for name in set(sys.modules) - loaded))
"""
PRELOAD = "from workbench.figures.preloading import draw_one_of_each; draw_one_of_each()"


def modules_loaded_while_drawing(before: str) -> int:
    done = subprocess.run(  # noqa: S603 - our own statements
        [sys.executable, "-c", DRAW_AFTER.format(before=before)],
        cwd=ROOT,
        timeout=PATIENCE_SECONDS,
        check=True,
        capture_output=True,
        text=True,
    )
    return int(done.stdout)


@pytest.mark.slow
def test_after_preloading_nothing_of_plotly_is_loaded_while_a_figure_is_drawn() -> None:
    assert modules_loaded_while_drawing("") > 20
    assert modules_loaded_while_drawing(PRELOAD) == 0
