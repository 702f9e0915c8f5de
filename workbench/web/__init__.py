"""What stands between the network and the pages: names, head limits, upload limits and the headers of every answer."""
