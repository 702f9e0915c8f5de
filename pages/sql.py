"""SQL: the old address of a tab of Explore."""

from workbench.ui.frame.navigation import go_to_page

go_to_page("explore", tab="sql")
