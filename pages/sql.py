"""SQL: what does a query of your own answer, on a copy without personal data?"""

from workbench.ui.sql.page import show_page

show_page()
