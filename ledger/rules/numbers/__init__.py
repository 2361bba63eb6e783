"""Fixed-point numbers as raw bits: single ones, arrays, and the kernels that take most of the time of an epoch."""
