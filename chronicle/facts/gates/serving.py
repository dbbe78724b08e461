"""Gates over requests that a load generator sent: whether it could keep up, and what its averages leave out."""

from __future__ import annotations

from chronicle.facts.gates.evidence import Crossed, Evidence, Look, above, gate, unread, worst
from chronicle.records.circumstances import Serving


def serves(evidence: Evidence) -> bool:
    return evidence.process.serving is not None


@gate(
    26,
    "not comparable",
    threshold="server and client apart > 0.5 %; lengths outside 90–110 %",
    meaning="other tokens were counted than were asked for",
    asked_of=serves,
)
def different_work(evidence: Evidence) -> Look:
    """Client and server count other tokens, or answers are shorter or longer than was asked for."""
    seen = _served(evidence)
    looks: list[Look] = []
    if seen.client_tokens is None or seen.server_tokens is None:
        looks.append(unread(evidence.process, "serving.server_tokens"))
    else:
        looks.append(above(abs(seen.client_tokens - seen.server_tokens) / max(1, seen.server_tokens), 0.005))
    if seen.client_tokens is None or seen.asked_tokens is None:
        looks.append(unread(evidence.process, "serving.asked_tokens"))
    else:
        share = seen.client_tokens / max(1, seen.asked_tokens)
        looks.append(Crossed(share, 0.9 if share < 0.9 else 1.1) if not 0.9 <= share <= 1.1 else None)
    return worst(*looks)


@gate(
    27,
    "invalid",
    threshold="send lag p99 > 5 % of the first token's time; client processor > 80 %",
    meaning="the load generator was the limit",
    asked_of=serves,
)
def client_bound(evidence: Evidence) -> Look:
    seen = _served(evidence)
    looks: list[Look] = []
    if seen.lag_p99_ns is None or not seen.ttft_median_ns:
        looks.append(unread(evidence.process, "serving.lag_p99_ns"))
    else:
        looks.append(above(seen.lag_p99_ns / seen.ttft_median_ns, 0.05, says="requests were sent late"))
    if seen.client_cpu_fraction is None:
        looks.append(unread(evidence.process, "serving.client_cpu_fraction"))
    else:
        looks.append(above(seen.client_cpu_fraction, 0.8, says="the load generator had no processor time left"))
    return worst(*looks)


@gate(
    28,
    "degraded",
    threshold="part of the window below 0.9 × the greatest concurrency",
    meaning="the rate includes the ramp and the drain",
    asked_of=serves,
)
def ramp(evidence: Evidence) -> Look:
    full = _served(evidence).full_fraction
    return unread(evidence.process, "serving.full_fraction") if full is None else above(1 - full, 0.0)


@gate(
    30,
    "degraded",
    threshold="errored and incomplete > 0.1 %; > 1 %: invalid",
    meaning="requests failed, so the rest are survivors",
    asked_of=serves,
)
def survivors(evidence: Evidence) -> Look:
    seen = _served(evidence)
    lost = (seen.errored + seen.incomplete) / max(1, seen.requests)
    return above(lost, 0.01, "invalid") or above(lost, 0.001, "degraded")


def _served(evidence: Evidence) -> Serving:
    assert evidence.process.serving is not None
    return evidence.process.serving
