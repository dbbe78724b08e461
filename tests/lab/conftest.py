"""Puts the bench folder on the path, as the harness does: lab code is imported as ``lab``."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "bench"))
