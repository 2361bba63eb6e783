"""An imported history run again: its blocks by the rules of their runtimes, and what comes of it held against what was seen."""
