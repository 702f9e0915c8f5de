"""The KYB checklist, triggers and turnaround of businesses."""
