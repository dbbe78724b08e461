"""Puts this folder on the path of the tests below it, so that they share the builders that lie here."""

from hypothesis import settings

settings.register_profile("shared machine", deadline=None)  # a busy machine is no finding
settings.load_profile("shared machine")
