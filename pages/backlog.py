"""Backlog: what needs someone, whose move is it, and by when?"""

from workbench.ui.backlog.page import show_backlog
from workbench.ui.frame.first_step import show_first_step
from workbench.ui.frame.frame import show_answer
from workbench.ui.live.cached_queries import read

counts = read("backlog/counts")
if not counts.first["accounts_total"]:
    show_answer("No accounts yet")
    show_first_step(read("today/summary").first)
else:
    show_backlog(counts)
