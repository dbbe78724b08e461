"""What a host loads beside our pages: the styles, scripts and templates that make them look and act as they should."""

from __future__ import annotations

from pathlib import Path

ASSETS = "assets/chronicle"
"""Their folder in the site."""

STYLES = tuple(f"{ASSETS}/{name}.css" for name in ("chronicle", "tables", "facts", "stories", "charts", "cards", "print"))
"""In the order a page loads them: the colours and the frame first, what changes them on paper last."""
VOICES_STYLE = f"{ASSETS}/voices.css"
SCRIPTS = tuple(f"{ASSETS}/{name}.js" for name in ("charts", "cards", "reach"))
THEME = Path(__file__).parent / "theme"
"""Templates that complete those of Material in a site of several versions."""
