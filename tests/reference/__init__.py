"""The reference of the documentation, written from the code: a module a page, each with one function that gives Markdown.

``make reference`` writes them to ``docs/reference``, and the drawing of the layers beside the other pictures;
``test_reference.py`` fails where a file there is not what the code gives.
It lies with the tests because it looks at every layer at once, which no layer may.
"""

from __future__ import annotations

from collections.abc import Callable

from reference.charts import charts_page
from reference.command_line import command_line_page
from reference.directives import directives_page
from reference.evidence import evidence_page
from reference.kinds import kinds_page
from reference.options import options_page
from reference.recorded_forms import recorded_forms_page
from reference.rules import rules_page

PAGES: dict[str, Callable[[], str]] = {
    "command-line.md": command_line_page,
    "options.md": options_page,
    "kinds.md": kinds_page,
    "directives.md": directives_page,
    "charts.md": charts_page,
    "evidence.md": evidence_page,
    "rules.md": rules_page,
    "records.md": recorded_forms_page,
}
"""The pages by their file names, in the order of the navigation."""
