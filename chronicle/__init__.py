"""A report-and-chronicle site generator whose every number is a path back to evidence.

A suite in ``bench/`` needs five names, and they import nothing but the standard library, so the process
that is being measured stays clean::

    from chronicle import Check, Work, axis, benchmark, study
"""

from chronicle.harness.declare import Check, Work, axis, benchmark, study
from chronicle.version import __version__

__all__ = ["Check", "Work", "__version__", "axis", "benchmark", "study"]
