"""Computes from records: pure functions, so the same evidence gives the same facts on any machine."""
