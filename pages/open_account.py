"""Opening an account: what is asked, what is wrong with it, and what goes out?"""

from workbench.ui import opening

opening.show_opening()
