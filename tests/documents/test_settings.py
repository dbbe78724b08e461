"""A line more in somebody else's mkdocs.yml: where it goes, what stays, and when nothing is done."""

from __future__ import annotations

import pytest

from chronicle.documents.drafts.beginnings import names_in, nav_item, options_in, plugin_item, values_of, with_ignored
from chronicle.documents.drafts.settings import UnsafeError, extended
from chronicle.errors import ProblemsFound

ITEM = plugin_item("ours", "bench")
LINES = ["chronicle: # pages made of git's history and of recorded runs"]
LINES += ["  repositories: # by name: folders, relative to this file", "    ours: ."]
FLOW = "{chronicle: {repositories: {ours: .}}}"
BLOCK = f"  - {LINES[0]}\n    {LINES[1]}\n    {LINES[2]}\n"
OUTER = f"- {LINES[0]}\n  {LINES[1]}\n  {LINES[2]}\n"
KEYS = f"  {LINES[0]}\n  {LINES[1]}\n  {LINES[2]}\n"
TAGGED = """\
site_name: !ENV [NAME, "Ours"]   # with spaces
plugins:   # in this order
  # the first
  - search:
      lang: en     # German is missing

  - tags  # keep
  # - mike
extra: {a: !ENV [A, 1]}
markdown_extensions:
- pymdownx.superfences:
    custom_fences:
    - name: mermaid
      format: !!python/name:pymdownx.superfences.fence_code_format
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(TAGGED, TAGGED.replace("# keep\n", f"# keep\n{BLOCK}"), id="comments, tags and blank lines stay"),
        pytest.param("plugins:\n- tags\nx: 1\n", f"plugins:\n- tags\n{OUTER}x: 1\n", id="dashes below their key"),
        pytest.param("x: 1\n", f"x: 1\n\nplugins:\n  - search\n{BLOCK}", id="no list: what is there by default stays"),
        pytest.param("plugins: # none\nx: 1\n", f"plugins: # none\n  - search\n{BLOCK}x: 1\n", id="a key without a list"),
        pytest.param("plugins: [tags]\n", f"plugins: [tags, {FLOW}]\n", id="in brackets"),
        pytest.param("plugins: [a: {b: 1}, ] # c\n", f"plugins: [a: {{b: 1}}, {FLOW}, ] # c\n", id="a comma at the end"),
        pytest.param("plugins: []\n", f"plugins: [{FLOW}]\n", id="empty brackets mean no search"),
        pytest.param("plugins:\n  tags: {}\nx: 1\n", f"plugins:\n  tags: {{}}\n{KEYS}x: 1\n", id="keys in the place of a list"),
        pytest.param("plugins: {tags: {}}\n", f"plugins: {{tags: {{}}, {FLOW[1:-1]}}}\n", id="keys in braces"),
        pytest.param(
            "plugins:\n  - a: |\n      b\n\nx: 1\n", f"plugins:\n  - a: |\n      b\n{BLOCK}\nx: 1\n", id="after a text"
        ),
        pytest.param("\ufeffplugins:\n  - tags\n", f"\ufeffplugins:\n  - tags\n{BLOCK}", id="a mark of byte order"),
    ],
)
def test_one_item_is_added_and_every_other_character_stays(before: str, after: str) -> None:
    assert extended(before, ITEM, "mkdocs.yml") == after
    assert extended(before.replace("\n", "\r\n"), ITEM, "mkdocs.yml") == after.replace("\n", "\r\n")


def test_a_file_whose_last_line_does_not_end_gets_its_line_end_first() -> None:
    assert extended("x: 1", ITEM, "mkdocs.yml") == f"x: 1\n\nplugins:\n  - search\n{BLOCK}"
    assert extended("plugins: [a]", ITEM, "mkdocs.yml") == f"plugins: [a, {FLOW}]"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("# only words\n", "empty"),
        ("a: 1\n---\nb: 2\n", "several documents"),
        ("plugins: [a]\nplugins: [b]\n", "twice"),
        ("INHERIT: base.yml\n", "inherits"),
        ("plugins: !ENV [PLUGINS, [search]]\n", "made by a tag"),
        ("plugins: &p\n  - search\nothers: *p\n", "another place"),
        ("others: &p [search]\nplugins: *p\n", "another place"),
        ("plugins: search\n", "no list"),
        ("{site_name: x}\n", "braces"),
        ("x: 1\n...\n", "does not let"),
        ("plugins:\n  - a: |+\n      b\n\nx: 1\n", "does not let"),
    ],
)
def test_what_cannot_be_proved_is_not_done_and_says_why(text: str, reason: str) -> None:
    with pytest.raises(UnsafeError, match=reason):
        extended(text, ITEM, "mkdocs.yml")


@pytest.mark.parametrize(("text", "line"), [("a: 1\nb: [\n", 3), ("a: 1\n\tb: 2\n", 2), ("- a\n", 1)])
def test_a_broken_file_is_named_with_its_line(text: str, line: int) -> None:
    with pytest.raises(ProblemsFound) as failure:
        extended(text, ITEM, "mkdocs.yml")

    (problem,) = failure.value.problems
    assert (problem.file, problem.line, problem.rule) == ("mkdocs.yml", line, "settings")


@pytest.mark.parametrize("text", ["a: 2026-13-45\n", "? [a]\n: b\n", "a: " + 2000 * "[" + 2000 * "]" + "\n"])
def test_a_file_that_makes_no_values_is_a_problem_and_no_traceback(text: str) -> None:
    with pytest.raises(ProblemsFound, match=r"mkdocs\.yml"):
        values_of(text)


def test_names_that_are_lists_of_lists_are_no_names() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nplugins: [search, *c, {}, 1]\n"

    assert names_in(values_of(bomb)["plugins"]) == ["search"]


def test_a_section_joins_a_nav_in_each_of_its_forms() -> None:
    item = nav_item({"Timeline": "timeline/index.md"})

    in_brackets = values_of(extended("nav: [a.md]\n", item, "m"))

    assert in_brackets["nav"] == ["a.md", {"Chronicle": [{"Timeline": "timeline/index.md"}]}]
    assert extended("nav:\n  - a.md\n", item, "m") == "nav:\n  - a.md\n  - Chronicle:\n      - Timeline: timeline/index.md\n"
    assert values_of(extended("nav: [a.md]\n", item, "m"))["nav"] == [
        "a.md",
        {"Chronicle": [{"Timeline": "timeline/index.md"}]},
    ]


def test_a_name_that_yaml_would_misread_is_written_so_that_it_reads_back() -> None:
    for name in ("yes", "1.0", "a: b", "ünï cødé", "x, y}", '"', "null"):
        for before in ("plugins: []\n", "plugins:\n  - search\n", "plugins: {}\n"):
            listed = values_of(extended(before, plugin_item(name, "my bench"), "m"))["plugins"]

            assert options_in(listed) == {"repositories": {name: "."}, "bench": "my bench"}


def test_the_plugins_of_a_list_are_named_in_each_of_its_forms() -> None:
    assert names_in(["search", {"tags": {}}]) == names_in({"search": None, "tags": {}}) == ["search", "tags"]
    assert names_in(None) == []
    assert options_in([{"chronicle": None}]) == {}
    assert values_of("- a\n") == {}


def test_git_is_told_to_ignore_only_what_it_does_not_yet() -> None:
    assert with_ignored("/site\r\n.chronicle", ("site/", ".chronicle/")) == "/site\r\n.chronicle"
    assert with_ignored("a\r\nb", (".chronicle/",)) == "a\r\nb\r\n# what builds of the site leave\r\n.chronicle/\r\n"
    assert with_ignored("", (".chronicle/",)) == "# what builds of the site leave\n.chronicle/\n"
