"""The real Bittensor SDK, unmodified, against `neuron-ledger serve` (`make test-sdk`)."""
