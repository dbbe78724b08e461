"""Measures decorated functions in fresh processes and writes what it saw; computes nothing a page would show."""
