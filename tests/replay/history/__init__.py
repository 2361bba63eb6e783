"""Tests of histories imported from nodes."""
