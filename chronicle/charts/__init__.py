"""Facts as Vega-Lite specifications, through Altair, with the theme in one place.

A maker takes a table and returns a :class:`Chart`: a specification without colours, the same thing in words, and the same
thing as rows. :mod:`.theme` adds the colours of a scheme, :mod:`.draw` the picture. Importing this package stays cheap:
Altair and the converter load when a chart is made.
"""

from chronicle.charts.calibration import step_response, window_error
from chronicle.charts.chart import Chart
from chronicle.charts.energy import telemetry
from chronicle.charts.files import kinds
from chronicle.charts.history import activity, burn_up
from chronicle.charts.markdown import chart_markdown
from chronicle.charts.pairs import paired
from chronicle.charts.pareto import pareto
from chronicle.charts.phases import phases
from chronicle.charts.processes import distribution
from chronicle.charts.roofline import roofline
from chronicle.charts.sweep import sweep
from chronicle.charts.tornado import tornado
from chronicle.charts.trend import trend
from chronicle.charts.utilisation import shares

__all__ = [
    "Chart",
    "activity",
    "burn_up",
    "chart_markdown",
    "distribution",
    "kinds",
    "paired",
    "pareto",
    "phases",
    "roofline",
    "shares",
    "step_response",
    "sweep",
    "telemetry",
    "tornado",
    "trend",
    "window_error",
]
