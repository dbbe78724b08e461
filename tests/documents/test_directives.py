"""Directives in prose: what is one, what is code, and what is said of braces that are neither."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronicle.documents.directives import Directive, find_directives


def found_in(text: str) -> list[tuple[int, str]]:
    directives, problems = find_directives(text, "docs/a.md")
    assert problems == ()
    return [(one.line, str(one)) for one in directives]


def refused_in(text: str) -> list[tuple[int | None, str]]:
    directives, problems = find_directives(text, "docs/a.md")
    assert directives == ()
    return [(problem.line, problem.found.rpartition(": ")[2]) for problem in problems]


def test_a_directive_is_found_with_its_line_its_place_and_its_arguments() -> None:
    text = '---\nkind: page\n---\n# Title\n\nIt takes {{ fact("call_seconds", where={"n": 4, "x": -1.5}) }} a call.\n'

    (directive,), problems = find_directives(text, "docs/a.md")

    assert problems == ()
    assert directive == Directive("fact", ("call_seconds",), {"where": {"n": 4, "x": -1.5}}, 6, 9, 62)
    assert text.splitlines()[5][9:62] == '{{ fact("call_seconds", where={"n": 4, "x": -1.5}) }}'


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{{ a() }} and {{b()}}", ["a()", "b()"]),
        ('{{ a("}}") }}', ["a('}}')"]),
        ("{{ a([1, true, none], x='y') }}", ["a([1, True, None], x='y')"]),
        ('{{ a({"b": {"c": 1}}) }}', ["a({'b': {'c': 1}})"]),
        ("`{{ a() }}` {{ b() }}", ["b()"]),
        ("``{{ a() }} ` `` {{ b() }}", ["b()"]),
        ("<!-- {{ a() }} --> {{ b() }}", ["b()"]),
        ("- item {{ a() }}\n\n    {{ b() }}", ["a()", "b()"]),
    ],
)
def test_directives_of_a_line_are_read(written: str, read: list[str]) -> None:
    assert [one for _, one in found_in(written)] == read


@pytest.mark.parametrize(
    "text",
    [
        "```\n{{ a() }}\n```",
        "~~~ jinja\n{{ a() }}\n~~~",
        "````\n```\n{{ a() }}\n```\n````",
        "words\n\n    {{ a() }}\n",
        "`{{ a() }}`",
        "---\ntitle: '{{ a() }}'\n---\n",
        "<!--\n{{ a() }}\n-->",
        "<!-- begun\n{{ a() }} -->",
        "{ {a()} }",
        "{% for x in y %}",
    ],
)
def test_code_comments_and_front_matter_are_left_alone(text: str) -> None:
    assert found_in(text) == []


@pytest.mark.parametrize(
    "mark", ["!!! note", "??? note", "???+ note", '=== "Tab"', "[^1]: a note", "term\n:   meaning", "1. item"]
)
def test_a_directive_inside_a_block_that_is_indented_is_no_code(mark: str) -> None:
    assert [one for _, one in found_in(f"{mark}\n\n    {{{{ a() }}}}\n")] == ["a()"]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("{{ a }}", "not a call of a directive"),
        ("{{ a.b() }}", "not a call of a directive"),
        ("{{ a()() }}", "not a call of a directive"),
        ("{{ a() | upper }}", "not a call of a directive"),
        ("{{ a() + b() }}", "not a call of a directive"),
        ("{{ a(*b) }}", "not a call of a directive"),
        ("{{ ''.__class__ }}", "not a call of a directive"),
        ("{{ a(b) }}", "an argument that is not written out"),
        ("{{ a(b()) }}", "an argument that is not written out"),
        ("{{ a(1 + 1) }}", "an argument that is not written out"),
        ("{{ a(x=[b]) }}", "an argument that is not written out"),
        ("{{ a({b: 1}) }}", "an argument that is not written out"),
        ("{{ a('x' ~ 'y') }}", "an argument that is not written out"),
        ("{{ a([1][0]) }}", "an argument that is not written out"),
    ],
)
def test_nothing_but_one_call_with_plain_values_is_a_directive(written: str, why: str) -> None:
    assert refused_in(f"words\n\n{written}\n") == [(3, why)]


@pytest.mark.parametrize("written", ["{{ a(", "{{ a() }", "{{", "{{ }}", "{{ a( }}", "{{ 'x }}", "{{ a(1, 1=2) }}", "{{ {% }}"])
def test_braces_that_are_never_closed_or_hold_nothing_are_a_problem_with_their_line(written: str) -> None:
    _, problems = find_directives(f"\n{written}\n", "docs/a.md")

    assert [(problem.file, problem.line, problem.rule) for problem in problems] == [("docs/a.md", 2, "directive")]


def test_deep_nesting_is_refused_and_not_followed() -> None:
    _, problems = find_directives("{{ a(" + "[" * 20_000 + "]" * 20_000 + ") }}", "docs/a.md")

    assert len(problems) == 1


def test_a_dictionary_with_a_list_as_its_name_is_refused() -> None:
    _, problems = find_directives("{{ a({[1]: 2}) }}", "docs/a.md")

    assert len(problems) == 1


@given(
    st.lists(
        st.sampled_from(['{{ a("x") }}', "{{", "}}", "`", "``", "<!--", "-->", "\n", "    ", "- ", "a", '"', "```\n"])
    ).map("".join)
)
def test_no_text_makes_the_search_fail_and_every_place_is_true(text: str) -> None:
    directives, _ = find_directives(text, "docs/a.md")

    lines = text.split("\n")
    assert all(lines[one.line - 1][one.start : one.end].startswith("{{") for one in directives)


QUOTED = """> words {{ fact("a") }}
>
> ```jinja
> {{ code() }}
> ```
> {{ fact("b") }}

> > ~~~
> > {{ code() }}
outside {{ fact("c") }}

{{ fact("d") }}
"""


def test_a_fence_in_a_block_quote_is_code_and_ends_with_its_quote() -> None:
    found, problems = find_directives(QUOTED, "a.md")

    assert [(one.arguments[0], one.line) for one in found] == [("a", 1), ("b", 6), ("c", 10), ("d", 12)]
    assert problems == ()


@pytest.mark.parametrize(
    "written",
    [
        "fact.__class__.__mro__",
        "fact('a').__class__",
        "''.__class__.__base__.__subclasses__()",
        "self._TemplateReference__context",
        "cycler.__init__.__globals__.os.popen('id')",
        "lipsum.__globals__['os']",
        "fact(x for x in y)",
        "fact(range(10**12))",
        "fact('a' * 10**9)",
        "fact('a' ~ 'b')",
        "fact('%1000000000s' % 'a')",
        "fact('a'.ljust(10**9))",
        "fact(*'abc')",
        "fact(**{'a': 1})",
        "fact('a')|upper",
        "fact(fact('a'))",
        "import os",
        "fact(" + "[" * 500 + "]" * 500 + ")",
        "fact(" + "(" * 2000,
    ],
)
def test_nothing_but_a_call_with_values_written_out_is_read_and_nothing_is_run(written: str) -> None:
    found, problems = find_directives("{{ " + written + " }}", "a.md")

    assert found == ()
    assert [problem.rule for problem in problems] == ["directive"]
