"""Backlog: what needs someone, whose move is it, and by when?"""

from workbench.ui.backlog.page import show_backlog
from workbench.ui.frame.first_step import first_answer, show_first_step
from workbench.ui.frame.frame import show_answer
from workbench.ui.live.cached_queries import read

counts = read("backlog/counts")
if not counts.first["accounts_total"]:
    pulse = read("data/pulse").first
    show_answer(first_answer(pulse))
    show_first_step(pulse)
else:
    show_backlog(counts)
