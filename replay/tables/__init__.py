"""SQL tables of a ledger, kept in a file beside it, and what is made from them: data frames, Parquet, pages to browse."""
