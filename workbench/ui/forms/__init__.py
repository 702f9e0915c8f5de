"""What forms share: the account they are about, review, receipt, settling."""
