"""An account's verification link: shown, handed over, requested."""
