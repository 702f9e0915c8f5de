"""Explore: which share of a cohort got stuck, or got through, and who?"""

from workbench.ui.explore.page import show_explore
from workbench.ui.sql.page import show_page as show_sql

show_explore({"sql": show_sql})
