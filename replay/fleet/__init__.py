"""Several ledgers at once: where they are, and how remote ones are downloaded."""
