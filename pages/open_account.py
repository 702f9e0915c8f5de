"""Opening an account: what is asked, what is wrong with it, and what goes out?"""

from workbench.ui.open_account.page import show_opening

show_opening()
