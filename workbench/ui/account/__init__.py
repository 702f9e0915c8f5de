"""One account: head, owners, checklist, timeline, payload."""
