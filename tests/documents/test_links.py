"""Links and pictures are followed to the files and the anchors of the site, as the host follows them."""

from __future__ import annotations

import pytest

from chronicle.documents.front_matter import Authored
from chronicle.documents.links import Places, anchors_of, dead_links, prefix_of, refused_addresses
from chronicle.errors import Problem

PAGES = {
    "index.md": "# Home\n\n## Two words\n",
    "guides/one.md": "# One\n\n## A heading {#own-id}\n\n### A heading\n\n### A heading\n\nNote.[^1]\n\n[^1]: x\n",
    "guides/two words.md": "# Two\n",
    "reports/index.md": "# Reports\n",
    "runs/index.md": '# Runs\n\n<a id="raw"></a>\n',
}
FILES = frozenset({*PAGES, "assets/picture.png", "assets/paper (1).pdf", "claims.json"})
ALIVE = [
    "[x](one.md)",
    "[x](./one.md#own-id)",
    "[x](../index.md#two-words)",
    "[x](<two words.md>)",
    "[x](two%20words.md 'a title')",
    "[x](#a-heading)",
    "[x](one.md#a-heading_1)",
    "[x](one.md#fn:1)",
    "[x](../runs/index.md#raw)",
    "[x](../../reports/)",
    "[x](../../reports/index.html)",
    "[x](../one/)",
    "[x](../one/#own-id)",
    "[x](/docs/guides/one/)",
    "[x](../claims.json)",
    "[x](../assets/paper%20(1).pdf)",
    "[x](../assets/paper (1).pdf)",
    "![x](../assets/picture.png#only-light)",
    "[![x](../assets/picture.png)](one.md)",
    "[x][name] [name][] [Name]\n\n[name]: one.md",
    "[x](https://example.org/gone) <https://example.org> [x](mailto:a@example.org) [x](//example.org/x)",
    '<a href="../../runs/">x</a> <img src="../../assets/picture.png">',
    "`[x](gone.md)`\n\n```\n[x](gone.md)\n```\n\n<!-- [x](gone.md) -->",
    "x[0][1] and \\[a][b] and [ ] a box",
    "Note.[^1]\n\n[^1]: A note.",
    '[x]({{ chart("gone") }})',
]
DEAD = [
    ("[x](vanished.md)", "dead-link", "correct the address"),
    ("[x](on.md)", "dead-link", "did you mean one.md?"),
    ("[x](index.md)", "dead-link", "did you mean ../"),
    ("[x](../../index.md)", "dead-link", "did you mean ../index.md?"),
    ("[x](one.md#own-idd)", "dead-anchor", "did you mean #own-id?"),
    ("[x](#nowhere)", "dead-anchor", "headings"),
    ("[x](one/)", "dead-link", ""),
    ("[x](/guides/one/)", "dead-link", ""),
    ("![x](../assets/pictur.png)", "dead-image", "did you mean ../assets/picture.png?"),
    ("[![x](gone.png)](one.md)", "dead-image", ""),
    ("[x][gone]", "dead-link", "define it"),
    ("[gone][]", "dead-link", "define it"),
    ("[x][name]\n\n[name]: gone.md", "dead-link", ""),
    ("Note.[^2]", "dead-link", "define it"),
    ("[x](<gone file.md>)", "dead-link", ""),
    ('<a href="one.md">x</a>', "dead-link", ""),
    ("<img src='../assets/picture.png'>", "dead-image", ""),
    ("[x](ftp://example.org/x)", "link-scheme", ""),
    ("[x](javascript:alert)", "link-scheme", ""),
]


def problems(text: str, **changes: object) -> list[Problem]:
    pages = {**PAGES, "guides/three.md": "# Three\n\n## A heading\n"}
    places = Places(FILES | {"guides/three.md"}, pages, prefix="/docs/", **changes)  # type: ignore[arg-type]
    return list(dead_links(Authored("guides/three.md", "docs/guides/three.md", text), places))


@pytest.mark.parametrize("text", ALIVE)
def test_a_link_that_the_host_can_follow_is_alive(text: str) -> None:
    assert problems(text) == []


@pytest.mark.parametrize(("text", "rule", "hint"), DEAD)
def test_a_link_that_leads_nowhere_is_found_with_what_was_probably_meant(text: str, rule: str, hint: str) -> None:
    (problem,) = problems(text)

    assert problem.rule == rule
    assert hint in problem.hint


def test_a_dead_link_is_found_at_its_line_and_column() -> None:
    (problem,) = problems("---\nkind: page\n---\n# T\n\nWords [and [more] words](gone.md).\n")

    assert (problem.file, problem.line, problem.column) == ("docs/guides/three.md", 6, 7)


def test_an_address_of_a_directory_is_read_against_the_page_that_is_served() -> None:
    assert problems("[x](../one/)") == []
    assert problems("[x](one.html)", has_folders=False) == []
    assert len(problems("[x](../one/)", has_folders=False)) == 1


def test_anchors_are_those_that_the_table_of_contents_gives() -> None:
    source = "# A *b* `c_d` [e](f.md)\n\n## Über 3.5 & x\n\nUnder\n---\n\n## Twice\n\n## Twice\n\n```\n# code\n```\n"

    assert set(anchors_of(source)) == {"a-b-c_d-e", "uber-35-x", "under", "twice", "twice_1"}


def test_a_site_is_served_below_the_path_of_its_address() -> None:
    assert [prefix_of(one) for one in (None, "https://example.org", "https://example.org/a/b")] == ["/", "/", "/a/b/"]


def test_a_refused_address_is_found_without_the_site_as_it_is_with_it() -> None:
    text = "[x](ftp://example.org/x) [gone](gone.md) [y][name]\n\n[mail](mailto:a@example.org) `[x](tel:1)`\n\n[name]: tel:1\n"

    alone = list(refused_addresses(Authored("guides/three.md", "docs/guides/three.md", text)))

    assert alone == [one for one in problems(text) if one.rule == "link-scheme"]
    assert [(one.line, one.column) for one in alone] == [(1, 1), (5, 1)]
