"""Tests as subnet developers write them: the real SDK on the fixture `node`. They run where the SDK is installed."""
