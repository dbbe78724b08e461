"""Reads the world: git history and recorded runs. The only layer of a build that touches a disk or starts a process."""
