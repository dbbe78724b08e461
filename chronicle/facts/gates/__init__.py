"""Automatic validity checks of a measured process: small pure functions over its record, in one table.

A gate trips with a value and the limit it crossed. Its effect is the worst it can do: *label* names a circumstance,
*degraded* marks the number wherever it is shown, *invalid* keeps the process out of every estimate, *not comparable* keeps
the number out of comparisons. A gate that lacks a reading says so, and neither trips nor passes. Nothing is stored: gates
are computed from the record by every reader, so a better gate judges old runs too.
"""
