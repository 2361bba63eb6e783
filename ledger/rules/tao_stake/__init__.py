"""Stake before alpha: TAO of coldkeys on hotkeys, one amount for all subnets."""
