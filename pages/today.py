"""Today: the old address of Backlog, to which it leads."""

from workbench.ui.backlog.old_addresses import go_to_list_of_today

go_to_list_of_today()
