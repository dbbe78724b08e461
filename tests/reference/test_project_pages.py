"""The pages about the project hold to the code: the drawing to the contracts, the glossary to the names there are."""

from __future__ import annotations

import importlib
import re
from xml.etree import ElementTree

import pytest

from chronicle.charts.theme import SCHEMES
from chronicle.facts.predicates import Verdict
from chronicle.records.provenance import LABELS
from reference.__main__ import PICTURES
from reference.drawing import drawings, layers, pure_modules
from reference.markdown import ROOT

PINNED = """
    revision; benchmark; suite; study; axis; case; sample; process; block; run; machine; pins; comparison key; protocol; metric;
    statistic; ceiling; gate; verdict; claim; provenance; stale; commit metrics; episode; report; roadmap; question; technology;
    incident; voice; stage; evidence; record; fact; document; page; site; calibration; directive; waiver; entry; twin;
    provenance card; finding; rule
"""
"""The vocabulary: a word that joins it or leaves it is a decision, made here and in the glossary together."""

ARCHITECTURE = (ROOT / "docs" / "project" / "architecture.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "project" / "glossary.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([a-z ]+) \| (.+) \| `(chronicle[\w.]*)` \|$", GLOSSARY, re.MULTILINE)


def texts(scheme: str) -> set[str]:
    drawn = ElementTree.parse(PICTURES / f"architecture.{scheme}.svg")
    return {node.text or "" for node in drawn.iter("{http://www.w3.org/2000/svg}text")}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_drawing_is_what_the_contracts_give_and_names_every_layer(scheme: str) -> None:
    name = f"architecture.{scheme}.svg"

    assert (PICTURES / name).read_text(encoding="utf-8") == drawings()[name], "run `make reference`"
    assert {module for layer in layers() for module in layer} <= texts(scheme)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_drawing_fills_what_a_contract_keeps_pure(scheme: str) -> None:
    drawn = (PICTURES / f"architecture.{scheme}.svg").read_text(encoding="utf-8")

    assert drawn.count("fill-opacity") == len(pure_modules())


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_architecture_shows_the_drawing_and_says_in_words_what_it_shows(scheme: str) -> None:
    words, *_ = re.findall(rf"!\[(.+?)\]\(\.\./assets/images/architecture\.{scheme}\.svg#only-{scheme}\)", ARCHITECTURE)

    assert [module for module in pure_modules() if module not in words] == []


def test_the_table_of_layers_names_every_module_of_the_contract() -> None:
    table = ARCHITECTURE.split("| layer | does |")[1].split("\n\n")[0]
    named = {name.strip("`/").removesuffix(".py") for name in re.findall(r"`[\w./]+`", table)}

    assert {module for layer in layers() for module in layer} - named == set()


def test_the_glossary_explains_every_word_of_the_vocabulary_once() -> None:
    assert sorted(word for word, _, _ in ROWS) == sorted(" ".join(word.split()) for word in PINNED.split(";"))


@pytest.mark.parametrize(("word", "place"), [(word, place) for word, _, place in ROWS])
def test_the_code_has_what_the_glossary_names(word: str, place: str) -> None:
    module, _, name = place.rpartition(".")

    assert word
    try:
        importlib.import_module(place)
    except ModuleNotFoundError:
        assert hasattr(importlib.import_module(module), name)


def test_the_glossary_lists_every_verdict_and_every_provenance() -> None:
    meanings = {word: says for word, says, _ in ROWS}

    assert [verdict for verdict in Verdict if verdict.value not in meanings["verdict"]] == []
    assert [label for label in LABELS if label not in meanings["provenance"]] == []
