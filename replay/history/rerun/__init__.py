"""An imported history run again: its blocks by the rules of their runtimes, and the results compared with what was seen."""
