"""SQL: what does a statement of one's own say, on a copy without personal data?"""

from workbench.ui.sql.page import show_page

show_page()
