"""Where the wall time of a run went: a section of its page, and one share of it for a sentence."""

from __future__ import annotations

from chronicle.documents.library import Library
from chronicle.facts.time_spent import OWN, WORDS, TimeSpent, time_spent
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.prose import Answer, UnanswerableError
from chronicle.pages.writing import Markdown, link, relative, table, text
from chronicle.records.recorded import RecordedRun
from chronicle.units import Quantity

ANCHOR = "time"


def answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directive ``spent`` for the page at ``page``."""

    def spent(run: str, part: str = OWN) -> Markdown:
        recorded, found = _of_run(desk.library, run)
        if part not in WORDS:
            raise UnanswerableError(f"no part {part!r} of the time of a run; there are {', '.join(WORDS)}")
        where = addresses.run_page(recorded.run.machine, recorded.run.run_id)
        return Markdown(link(share_words(found, part), f"{relative(page, where)}#{ANCHOR}", "fact", _hover(found)))

    return {"spent": desk.published.answering(spent, desk.library.evidence)}


def time_section(recorded: RecordedRun, desk: Desk) -> Markdown | None:
    """A table of the parts with their shares; None for a run whose record does not say."""
    found = time_spent(recorded.run)
    if found is None:
        return None
    rows = [
        (part, Quantity(found.parts[part] / 1e9, "s").text, _marked(recorded.key, part, found, desk), says)
        for part, says in WORDS.items()
    ]
    return table(("Part", "Time", "Share", "What it is"), rows, "lrrl")


def share_words(found: TimeSpent, part: str) -> Markdown:
    """The share of a part as a page prints it: counted, so without an interval, and to a tenth of a per cent."""
    return text(f"{100 * found.share(part):.1f} %")


def _marked(run: str, part: str, found: TimeSpent, desk: Desk) -> Markdown:
    recipe = {"kind": "directive", "name": "spent", "given": {"run": run, "part": part}}
    return desk.published.mark(recipe, share_words(found, part))


def _of_run(library: Library, name: str) -> tuple[RecordedRun, TimeSpent]:
    """The run of a key ``machine/run`` or of a run's name, with where its time went."""
    recorded = next(iter(library.chosen(lambda one: name in (one.key, one.run.run_id))), None)
    if recorded is None:
        raise UnanswerableError(f"no run {name!r}")
    found = time_spent(recorded.run)
    if found is None:
        raise UnanswerableError(f"the record of {name} does not say where its time went")
    return recorded, found


def _hover(found: TimeSpent) -> str:
    seconds = Quantity(found.wall_ns / 1e9, "s").text
    return f"of {seconds} of wall time: {found.blocks} blocks, {found.processes} processes"
