"""What validators say: weights set at once, or committed and revealed."""
