"""``python -m chronicle``: the command where it is not on PATH."""

from chronicle.cli import main

main()
