"""Code that the suites share: what a paper would print, and no framework."""
