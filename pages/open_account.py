"""Open an account: the form, its checks and the request that is sent."""

from workbench.ui.open_account.page import show_opening

show_opening()
