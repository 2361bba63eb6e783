"""Setting hyperparameters: the chain's calls, each with its own checks, and the bare setters below them."""
