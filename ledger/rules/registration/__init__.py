"""Which hotkey gets a uid, which neuron is pruned, and what it costs."""
