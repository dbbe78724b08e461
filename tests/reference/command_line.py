"""The command line: every command with its arguments and options, as click knows them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from chronicle import errors
from chronicle.cli import cli
from reference.markdown import attribute_words, code, either, page, table


def command_line_page() -> str:
    """Exit codes, then each command under its whole name."""
    words = attribute_words(errors)
    codes = [("0", "fine"), *((str(getattr(errors, name)), _meaning(words[name])) for name in ("FINDING", "USAGE"))]
    return page(
        "Command line",
        "Every command and option of `chronicle`, from its own help. `chronicle COMMAND --help` prints the same.",
        "## Exit codes",
        table(("code", "means"), codes),
        "Whatever goes wrong otherwise may end in a traceback: that is a bug of ours.",
        *(block for name, command in commands(cli, "chronicle") for block in _blocks(name, command)),
    )


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """A command and all below it, by their whole names in the order of the alphabet."""
    yield name, command
    if isinstance(command, click.Group):
        for word, below in sorted(command.commands.items()):
            yield from commands(below, f"{name} {word}")


def options(command: click.Command) -> list[click.Option]:
    """The options of a command, without ``--help``."""
    return [one for one in command.params if isinstance(one, click.Option)]


def _blocks(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=name)
    yield f"## {name}"
    yield f"```text\n{name} {' '.join(command.collect_usage_pieces(context))}\n```"
    yield "\n\n".join(" ".join(part.split()) for part in inspect.cleandoc(command.help or "").replace("\b", "").split("\n\n"))
    yield table(("option", "means", "default"), [_option_row(option) for option in options(command)])
    if isinstance(command, click.Group):
        links = [f"[`{name} {word}`](#{_anchor(f'{name} {word}')})" for word in sorted(command.commands)]
        yield f"Commands: {', '.join(links)}."


def _option_row(option: click.Option) -> tuple[str, str, str]:
    names = ", ".join(code(one) for one in (*option.opts, *option.secondary_opts))
    takes = "" if option.is_flag or option.count else f" {code(_metavar(option))}"
    return names + takes, _help(option), _default(option)


def _help(option: click.Option) -> str:
    words = (option.help or "").rstrip(".")
    return words + ("; may be given several times" if option.multiple else "")


def _metavar(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return "|".join(map(str, option.type.choices))
    return option.metavar or (option.name or "").rsplit("_", 1)[-1].upper()


def _default(option: click.Option) -> str:
    if option.required:
        return "required"
    default = option.to_info_dict()["default"]
    nothing = option.is_flag or default in (None, (), [], "") or callable(default) or "UNSET" in repr(default).upper()
    return "" if nothing else either([default])


def _anchor(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


def _meaning(words: str) -> str:
    return words.removeprefix("Exit code: ").rstrip(".")
