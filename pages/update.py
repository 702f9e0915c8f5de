"""An update of an account: what may change, what would be sent against what Bakkt holds, and what came of it."""

from workbench.ui import asking, update

account = asking.account_in_address()
asking.show_title("Change the account", account)
update.show_update(account)
