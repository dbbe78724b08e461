"""Which lengths to pad prompts to: exact edges against rules of thumb, on lengths drawn from a published trace's quantiles."""

import numpy as np
from lab.buckets import best_edges, draw_lengths, equal_factors, equal_steps, flat_then_linear, multiples, padded, powers_of_two
from lab.tables import numbers

from chronicle import axis, study

REQUESTS = {"conv": 9683, "code": 4409}
"""Half of the requests of each trace: the edges are fitted to as many drawn lengths, and tried on as many others."""

CAPTURE_TOKENS = 24_000
"""What capturing one more shape costs, in tokens' time: a second at the roofline placeholder of 24,000 tokens a second."""


def lengths_of(rng, trace):
    """Lengths to fit edges to, others to try them on, and the longest that the trace has."""
    quantiles = [np.array(numbers("azure_llm_2023.csv", key)) for key in ("percentile", f"{trace}_context")]
    fitted, tried = (draw_lengths(rng, *quantiles, REQUESTS[trace]) for _ in range(2))
    return fitted, tried, int(quantiles[1][-1])


@study(title="Rules of padding, on held-out lengths", provenance="simulated", reads=["tables/azure_llm_2023.csv"])
@axis("trace", ["conv", "code"])
@axis("flat_tokens", [0, 200])
def rules(seed, trace, flat_tokens):
    fitted, tried, top = lengths_of(np.random.default_rng(seed), trace)
    cost = flat_then_linear(flat_tokens)
    exact = {f"exact_{count}": best_edges(fitted, top, count, cost) for count in (4, 8, 16)}
    edges = exact | {
        "powers_of_two": powers_of_two(top),
        "equal_steps_8": equal_steps(top, 8),
        "equal_factors_8": equal_factors(top, 8),
        "multiples_of_64": multiples(top, 64),
        "multiples_of_256": multiples(top, 256),
    }
    unpadded = float(cost(tried).sum())
    totals = {name: padded(tried, one, cost) / unpadded for name, one in edges.items()}
    fitted_total = padded(fitted, exact["exact_8"], cost) / float(cost(fitted).sum())
    return {f"{name}_padded_ratio": value for name, value in totals.items()} | {
        "powers_of_two_over_exact_8_ratio": totals["powers_of_two"] / totals["exact_8"],
        "exact_8_over_exact_16_ratio": totals["exact_8"] / totals["exact_16"],
        "exact_8_tried_over_fitted_ratio": totals["exact_8"] / fitted_total,
        "powers_of_two_count": float(len(edges["powers_of_two"])),
        "least_edge_tokens": float(exact["exact_8"][0]),
    }


@study(title="Exact edges by their number, on held-out lengths", provenance="simulated", reads=["tables/azure_llm_2023.csv"])
@axis("trace", ["conv", "code"])
@axis("buckets", [2, 4, 6, 8, 12, 16])
def count(seed, trace, buckets):
    fitted, tried, top = lengths_of(np.random.default_rng(seed), trace)
    cost = flat_then_linear(0)
    return {"padded_ratio": padded(tried, best_edges(fitted, top, buckets, cost), cost) / float(cost(tried).sum())}


@study(title="The eight exact edges of a trace", provenance="simulated", reads=["tables/azure_llm_2023.csv"])
@axis("trace", ["conv", "code"])
def edges(seed, trace):
    fitted, _, top = lengths_of(np.random.default_rng(seed), trace)
    found = best_edges(fitted, top, 8, flat_then_linear(0))
    return {f"edge_{place}_tokens": float(edge) for place, edge in enumerate(found, 1)}


@study(title="How many buckets pay for being captured", provenance="simulated", reads=["tables/azure_llm_2023.csv"])
@axis("trace", ["conv", "code"])
@axis("requests", [1_000, 10_000, 100_000])
def amortised(seed, trace, requests):
    fitted, _, top = lengths_of(np.random.default_rng(seed), trace)
    cost = flat_then_linear(0)
    totals = {
        buckets: padded(fitted, best_edges(fitted, top, buckets, cost), cost) / len(fitted) * requests
        + buckets * CAPTURE_TOKENS
        for buckets in (1, 2, 4, 8, 16)
    }
    best = min(totals, key=totals.__getitem__)
    capture = best * CAPTURE_TOKENS / totals[best]
    return {"best_buckets_count": float(best), "capture_share_ratio": capture}
