"""Validators' weights: set directly, or committed and revealed."""
