"""A new verification link: may we ask for one, what does it cost, how does it reach the customer?"""

from workbench.ui import asking, link_request

account = asking.account_in_address()
asking.show_title("Send a verification link", account)
link_request.show_link_request(account)
