"""Fixed-point numbers as raw bits: single ones, arrays, and the kernels that most of an epoch's time is spent in."""
