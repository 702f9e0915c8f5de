"""The figures of document verification: when links expire, and which are completed."""
