"""The lists that people keep as files of their own beside the pages, by the names they are found under."""

from __future__ import annotations

VOICES = "voices.yml"
"""Who speaks in the roundtables."""

TECHNOLOGIES = "technologies.yml"
"""What the radar shows."""
