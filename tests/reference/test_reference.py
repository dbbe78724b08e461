"""The reference is what the code gives, names everything there is, and stands in the navigation."""

from __future__ import annotations

import re

import click
import pytest

from chronicle.cli import cli
from chronicle.plugin import Options
from chronicle.rules import RULES
from reference import PAGES
from reference.__main__ import FOLDER
from reference.advice import hints
from reference.command_line import commands, options
from reference.markdown import ROOT


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_reference_is_what_the_code_gives(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name](), "run `make reference`"


def test_the_folder_of_the_reference_holds_these_pages_alone_and_the_navigation_names_each() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")

    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)
    assert [name for name in PAGES if f"reference/{name}" not in navigation] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_the_reference_leads_to_a_page(name: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)[)#]", (FOLDER / name).read_text(encoding="utf-8"))
    derived = {"../method.md"}

    assert [target for target in set(targets) - derived if not (FOLDER / target).is_file()] == []


def test_every_command_and_option_says_what_it_is_for() -> None:
    every = dict(commands(cli, "chronicle"))

    assert [name for name, command in every.items() if not command.help] == []
    assert [(name, one.name) for name, command in every.items() for one in options(command) if not one.help] == []


def test_every_command_and_option_is_in_the_reference() -> None:
    written = (FOLDER / "command-line.md").read_text(encoding="utf-8")
    every = [one for _, command in commands(cli, "chronicle") for one in options(command)]

    assert [name for name, _ in commands(cli, "chronicle") if f"\n## {name}\n" not in written] == []
    assert [word for one in every for word in one.opts if f"`{word}`" not in written] == []


def test_every_option_of_the_plugin_is_in_the_reference() -> None:
    written = (FOLDER / "options.md").read_text(encoding="utf-8")

    assert [name for name, _ in Options._schema if f"| `{name}` |" not in written] == []


def test_every_rule_has_advice_except_where_another_program_gives_it() -> None:
    assert set(RULES) - set(hints()) == {"suite-source"}  # what Python says of a file that it cannot parse


def test_a_command_that_joins_is_seen() -> None:
    group = click.Group("tool", commands={"new": click.Command("new", help="Make one.")})

    assert [name for name, _ in commands(group, "tool")] == ["tool", "tool new"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_tells_whoever_would_mend_it_by_hand_how_it_is_written(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8").startswith("<!-- Written from the code by `make reference`")
