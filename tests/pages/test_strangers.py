"""Whatever strangers put into commits and front matter, every page, twin and path of the whole site stays what it is."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest
from hostile import VECTORS, Seen, rendered
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from repositories import RepositoryBuilder

from chronicle import site
from chronicle.documents.front_matter import Authored, split
from chronicle.pages.entry import Entry, is_inside
from chronicle.pages.imprint import Imprint
from chronicle.records.history import History

PATHS = ["../../etc/passwd", "/etc/passwd", "a/../../b", "..", ".", "", "C:\\x", "a\0b", "index", "con", "x/y", "%2e%2e/x", "~"]
WORDS = st.lists(st.sampled_from([*VECTORS, *PATHS, " ", "\n", "名", "\u202e", "{{ x }}"]), min_size=1, max_size=3).map("".join)
LINES = WORDS.map(lambda words: " ".join(words.replace("\0", "").split()) or "x")
COMMITS = 12
PUBLISHED = Imprint(name="A site", site_url="https://example.org/")
MANY = st.lists(LINES, min_size=COMMITS, max_size=COMMITS)

Build = Callable[..., tuple[Entry, ...]]


@pytest.fixture(scope="module")
def arranged(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A function that writes the pages of a small site whose texts, and whose commits if any, are given."""
    root = tmp_path_factory.mktemp("strangers")
    repository = RepositoryBuilder(root / "project")
    for place in range(COMMITS):
        repository.commit(f"feat: {place}", {f"file{place}.py": "x = 1\n"})
    inputs = site.Inputs(root, root / "docs", {"project": root / "project"}, root / "bench", root / "cache", {})
    observed = site.observe(inputs)

    def build(texts: dict[str, str], **columns: list[str]) -> tuple[Entry, ...]:
        (history,) = observed.histories
        own = {name: words for name, words in columns.items() if name in history.commits}
        files = history.files.assign(path=columns["path"]) if columns else history.files
        changed: History = dataclasses.replace(history, commits=history.commits.assign(**own), files=files)
        authored = tuple(Authored(uri, f"docs/{uri}", text) for uri, text in texts.items())
        seen = dataclasses.replace(observed, histories=(changed,) if columns else (), texts=authored)
        library = site.bind(inputs, seen, site.compute(seen))
        return site.arrange(library, lambda key, make: b'<svg width="1" height="1"/>', PUBLISHED).entries

    return build


def front(**fields: Any) -> str:
    return "---\n" + "".join(f"{name}: {json.dumps(value)}\n" for name, value in fields.items()) + "---\n"


def seen_on(entries: tuple[Entry, ...]) -> dict[str, Seen]:
    """Every page as HTML, its title too, as the host prints it."""
    found = {}
    for entry in entries:
        if entry.uri.endswith(".md"):
            parts = split(entry.body.decode())
            title = next((json.loads(line[7:]) for line in parts.yaml.splitlines() if line.startswith("title: ")), "")
            page, _ = rendered(parts.body, is_guarded=False)
            found[entry.uri] = Seen(f"{page}<title-of-page>{title}</title-of-page>")
    return found


def squeezed(words: str) -> str:
    return "".join(one for one in words if one.isprintable() and not one.isspace())


@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(subjects=MANY, authors=MANY, paths=MANY)
def test_what_a_commit_says_is_text_on_every_page_and_in_every_twin(
    arranged: Build, subjects: list[str], authors: list[str], paths: list[str]
) -> None:
    episode = front(kind="episode", series="S", number=1, title="T", date="2026-11-23", commits="HEAD~3..HEAD")
    entries = arranged(
        {"e.md": episode + "# T\n\n{{ commits() }}\n\n{{ metrics() }}\n"},
        message=[f"{one}\n\nCo-authored-by: {author} <a@b>\n" for one, author in zip(subjects, authors, strict=True)],
        author_name=authors,
        author_email=paths,
        path=paths,
    )

    pages = seen_on(entries)
    (month,) = [json.loads(one.body) for one in entries if one.uri.startswith("timeline/2") and one.uri.endswith(".json")]
    timeline = squeezed("".join(page.text for uri, page in pages.items() if uri.startswith("timeline/2")))
    assert [uri for uri, page in pages.items() if page.dangers] == []
    assert [one for one in (*subjects, *authors) if squeezed(one) not in timeline] == []
    assert [one for one in subjects[:3] if squeezed(one) not in squeezed(pages["e.md"].text)] == []
    assert {row["author_name"] for row in month} == set(authors)


@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(MANY)
def test_what_front_matter_says_is_text_on_every_page_and_in_every_twin(arranged: Build, many: list[str]) -> None:
    texts: dict[str, str] = {"plan.md": front(kind="roadmap", title=many[0], description=many[1]) + "# R\n\n## Q1\n\n"}
    for place, words in enumerate(one[:200] for one in many):
        common = {"title": words, "date": "2026-11-23", "tags": [words]}
        texts[f"r{place}.md"] = front(kind="report", id=f"TR{place}", status="draft", authors=[words], **common)
        texts[f"e{place}.md"] = front(kind="episode", series="S", number=place, tagline=words[:80], phase=words[:80], **common)
        texts["plan.md"] += f"- [ ] {words} {{#item-{place}}}\n"
    texts["s.md"] = front(kind="episode", series=many[0][:80], number=1, title="T", date="2026-11-23")

    entries = arranged(texts)

    pages = seen_on(entries)
    assert [uri for uri, page in pages.items() if page.dangers] == []
    assert [
        uri
        for place, words in enumerate(many)
        for uri in (f"r{place}.md", f"e{place}.md")
        if squeezed(words[:200].strip()) not in squeezed(pages[uri].text)
    ] == []
    assert len([json.loads(entry.body) for entry in entries if entry.uri.endswith(".json")]) >= 3


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.lists(st.one_of(st.sampled_from(PATHS), WORDS), min_size=6, max_size=6), st.integers(0, 99999))
def test_no_front_matter_makes_a_path_outside_the_site(arranged: Build, many: list[str], number: int) -> None:
    texts: dict[str, str] = {}
    for place, words in enumerate(many):
        everywhere = dict.fromkeys(("uri", "url", "path", "slug", "template", "edit_url"), words)
        report = {"kind": "report", "title": "T", "status": "draft", "date": "2026-11-23"}
        episode = {"kind": "episode", "title": "T", "number": number + place, "date": "2026-11-23"}
        named = [words]
        texts |= {
            f"{place}/r1.md": front(**report, id=words),
            f"{place}/r2.md": front(**report, id=f"TR{place}", version=words, supersedes=words, evidence=named, answers=named),
            f"{place}/r3.md": front(**report, id="TR99", **everywhere),
            f"{place}/e1.md": front(**episode, series=words, phase=words, repository=words, tags=named),
            f"{place}/e2.md": front(**episode, series="S", key=words),
            f"{place}/e3.md": front(**episode, series="S", **everywhere),
            f"{place}/e4.md": front(**episode, series="S", season=words),
            f"{place}/p.md": front(kind="page", title=words, hide=named),
            f"{place}/q.md": front(kind="questions", title=words) + f"# Q\n\n## T\n\n### A question {{#{words}}}\n",
        }

    uris = [entry.uri for entry in arranged(texts)]

    assert all(map(is_inside, uris))
    assert len({uri.lower() for uri in uris}) == len(uris)
    assert set(texts) <= set(uris)
