"""Backlog: what needs someone, whose move is it, and by when?"""

from workbench.ui.backlog.page import show_backlog
from workbench.ui.frame.first_step import first_answer, show_first_step
from workbench.ui.frame.frame import show_answer
from workbench.ui.live.cached_queries import read

counts = read("backlog/counts")
if not counts.first["accounts_total"]:
    summary = read("today/summary").first
    show_answer(first_answer(summary))
    show_first_step(summary)
else:
    show_backlog(counts)
