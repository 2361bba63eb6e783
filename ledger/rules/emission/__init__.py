"""What every block mints, and who earns it in the end."""
