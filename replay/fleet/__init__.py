"""Several ledgers at once: where they stand, and how those that stand elsewhere are fetched."""
