"""Calibrates a machine: each part in a fresh process that only reads; what the readings mean is computed elsewhere."""
