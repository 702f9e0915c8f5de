"""Audit trail: who did what, when, about whom, and can that still be believed?"""

from workbench.ui.audit.log import show_audit_trail

show_audit_trail()
