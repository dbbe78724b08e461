"""The rules that a finding can name, what each finds, and what its findings advise."""

from __future__ import annotations

from chronicle.rules import RULES
from reference.advice import hints
from reference.markdown import code, page, table


def rules_page() -> str:
    """Every rule with what it finds and its hints."""
    advice = hints()
    rows = [(code(rule), finds, "<br>".join(advice.get(rule, ()))) for rule, finds in RULES.items()]
    return page(
        "Rules",
        "A finding names its file and line, what was found, what was expected, what to do, and one of these rules. The "
        "guide to [checking](../guides/checking.md) tells how to run the checks. Dots stand for what a finding fills in.",
        table(("rule", "finds", "advises"), rows),
    )
