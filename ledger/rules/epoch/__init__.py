"""The epoch: from weights and stake to incentive, dividends, bonds and emission."""
