"""Stake before there was alpha: TAO of coldkeys on hotkeys, one amount for all subnets."""
