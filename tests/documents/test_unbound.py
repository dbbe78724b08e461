"""Numbers in prose that look like results are found where they stand, and what merely holds digits is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronicle.documents.unbound import typed_numbers
from chronicle.documents.visible import Visible

ROOT = Path(__file__).parents[2]

GUIDES = [page for page in sorted((ROOT / "docs/guides").glob("*.md")) if page.name != "checking.md"]

FOUND = {
    "It takes 3.4 ms.": ["3.4 ms"],
    "It takes 12\nms, or 12µs, or 0.5s.": ["12 ms", "12µs", "0.5s"],
    "Between 1305 and 1425 MHz, 3–5 % and 3 to 5 ns.": ["1305 and 1425 MHz", "3–5 %", "3 to 5 ns"],
    "Copies at 2,963.4 GB/s and 2.96 TB/s.": ["2,963.4 GB/s", "2.96 TB/s"],
    "3,807 tok/s, 120 tokens per second, 27 requests/s, 745 TFLOP/s, 60 fps": [
        "3,807 tok/s",
        "120 tokens per second",
        "27 requests/s",
        "745 TFLOP/s",
        "60 fps",
    ],
    "draws 695 W, which is 1.2 J a call, 0.3 kWh and 24 ms/token": ["695 W", "1.2 J", "0.3 kWh", "24 ms/token"],
    "holds 4 GiB and 80GB": ["4 GiB", "80GB"],
    "2x faster, 1.5× the copy, 3 times faster, three times as fast, 3-fold, threefold": [
        "2x",
        "1.5×",
        "3 times faster",
        "three times as fast",
        "3-fold",
        "threefold",
    ],
    "twice as fast, half the latency, halves the cost, a factor of two, a speed-up of about 1.4": [
        "twice as fast",
        "half the latency",
        "halves the cost",
        "factor of two",
        "speed-up of about 1.4",
    ],
    "10 % slower, −5.5 %, (-3 %), 98 percent, seventy percent": ["10 %", "−5.5 %", "-3 %", "98 percent", "seventy percent"],
    "costs $0.302 and $2.50/h and 3 euros": ["$0.302", "$2.50/h", "3 euros"],
    "five near ten microseconds": ["ten microseconds"],
    "| Case | Latency (ms) |\n| --- | ---: |\n| a | 3.4 |\n| b | **12** |": ["3.4 ms", "12 ms"],
    "> quoted: 3 ms": ["3 ms"],
    "- item of 3 ms\n- item of 4 ms": ["3 ms", "4 ms"],
    "# A title of 3 ms {#title-4-ms}": ["3 ms"],
    "before `code 1 ms` 2 ms <!-- 3 ms --> 4 ms": ["2 ms", "4 ms"],
    'A call {{ fact("call_seconds", where={"x": "5 ms"}) }} or 6 ms.': ["6 ms"],
    "[7 ms](guide-8-ms.md '9 ms') [^10]": ["7 ms"],
    "≈ 3.1 GHz at 65 °C": ["≈ 3.1 GHz", "65 °C"],
}
PASSED_OVER = [
    "TR120, H100, bf16, 8B, fp32, int8 and x86 in CUDA 12.4.1, v1.2, Python 3.11",
    "On 2026-11-23 at 10:30 UTC, in the 1990s, in season 2 and section 3.",
    "2026-11-23T10:30:05Z and 9f8e7d6c5b4a",
    "Matrices of 8192×8192 and 8192 x 8192, on 8× H100 and on 4x GPUs.",
    "A thousand times between two events, 12 fresh processes, six claims, 24/7, 1,204 lines in 8 files.",
    "The 95 % interval, a 99.2 % confidence interval, at the 95 % level, the 99 % quantile.",
    "One board, one driver, one day, half of it, twice a week, ten times.",
    "    3 ms of code\n\n```\n4 ms\n```\n\n~~~ text\n5 ms\n~~~",
    "---\ntitle: 3 ms\n---\n",
    "<!-- a comment of\n3 ms over\ntwo lines -->",
    "[^1]: Their figure is 3 ms.\n    And 4 ms.\n\nplain",
    "[name]: https://example.org/3%20ms/2x\n\n<https://example.org/4-ms> https://example.org/5%/x",
    '<img src="a.png" width="50%" alt="x"> ![a](b.png){ width=50% }',
    "The cost is $O(n^2)$ and $x_1 = 3$, an A100-80GB, rank-16, GPT-2, 3D, 2nd, 10k, Llama-3.1-8B.",
    "| marks | pages |\n|---|---|\n| 50 | 100 |",
    "1. one\n2. two\n10. ten",
    "&#115; &times; 3&nbsp;things",
]
PIECES = [*"3.4 ms%x×$\n\r\t`{}<>!-[]()#|*_\"'", "\n\n", "```", "<!--", "-->", "{{ f() }}", "| a (ms) |\n|---|\n"]


def found(text: str) -> list[str]:
    return [one.text for one in typed_numbers(Visible(text))]


@pytest.mark.parametrize("text", FOUND, ids=list(FOUND))
def test_a_number_that_looks_like_a_result_is_found(text: str) -> None:
    assert found(text) == FOUND[text]


@pytest.mark.parametrize("text", PASSED_OVER)
def test_what_only_holds_digits_is_passed_over(text: str) -> None:
    assert found(text) == []


def test_a_number_is_found_at_its_line_and_column() -> None:
    page = Visible("---\nkind: page\n---\n\r\n# T\n\nwords `code` {{ metrics() }} and\n  `x` 3.4 ms\n")
    (one,) = typed_numbers(page)

    assert page.place(one.start) == (8, 7)
    assert page.source[one.start : one.end] == "3.4 ms"


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_a_guide_that_speaks_of_no_results_holds_next_to_no_typed_number(page: Path) -> None:
    assert len(found(page.read_text(encoding="utf-8"))) <= 3


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_text_keeps_its_length_and_every_find_lies_in_it(text: str) -> None:
    page = Visible(text)

    assert len(page.text) == len(text)
    assert all(0 <= one.start < one.end <= len(text) for one in typed_numbers(page))
