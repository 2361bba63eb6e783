"""Who holds what: stake as shares, pools and their swaps, takes, parents and children."""
