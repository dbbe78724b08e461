"""``chronicle verify``: whether the numbers of a built site follow from the records beside them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import click

from chronicle.errors import FINDING

if TYPE_CHECKING:
    from chronicle.verify import Verified


@click.command()
@click.argument("place", default="site", metavar="[DIR|URL]")
def verify(place: str) -> None:
    """Compute every published number of a built site again, from the records and the JSON it ships.

    DIR is the folder it was built in (`site` where none is given), URL the address of its home page. No GPU, no git and no
    network beyond that site is asked. Exit code 1 where a number disagrees or its evidence is missing, 2 where the site
    cannot be read.
    """
    from chronicle.evidence.published_site import published_site
    from chronicle.verify import verify as verified

    result = verified(published_site(place))
    for line in _lines(result):
        click.echo(line)
    if result.problems:
        raise SystemExit(FINDING)


def _lines(result: Verified) -> list[str]:
    lines = []
    for file, several in groupby(result.problems, key=lambda one: one.file):
        lines.append(_plain(file))
        lines += [f"  found {_plain(one.found)}; expected {_plain(one.expected)} [{one.rule}]" for one in several]
        lines.append("")
    wrong = {one.file for one in result.problems}
    lines += [
        f"{number:>6} numbers  {_plain(page)}{'  (disagrees)' if page in wrong else ''}"
        for page, number in result.pages.items()
    ]
    lines.append("")
    lines.append(
        f"{result.numbers:,} numbers on {len(result.pages):,} pages and {result.twins:,} values of JSON computed again; "
        f"{len(result.problems):,} disagree or lack their evidence"
    )
    return lines


def _plain(words: str) -> str:
    return "".join(one if one.isprintable() else "�" for one in words)
