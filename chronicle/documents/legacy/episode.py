"""A legacy episode as the model that front matter gives too, and as a page in front-matter form."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chronicle.documents.episode import EpisodeFront
from chronicle.documents.front_matter import line_of
from chronicle.documents.legacy.body import Draft, drafted
from chronicle.documents.legacy.commits import is_possible
from chronicle.documents.legacy.finding import Finding
from chronicle.documents.legacy.header import Header, read_header
from chronicle.documents.legacy.inline import unescaped
from chronicle.documents.legacy.metrics import NAMES, Metrics, contradictions, read_metrics
from chronicle.documents.legacy.voices import Spoken, read_voices
from chronicle.documents.outline import LINE_END, prose
from chronicle.documents.stated import mix_of, stated_contradictions
from chronicle.facts.commit_types import UNDECLARED

LONGEST_TITLE = 200
LONGEST_SERIES = 80


@dataclass(frozen=True, slots=True)
class EpisodeModel:
    """An episode as ``--json`` prints it; None is what nobody knows. ``lines`` says where in the source each field stands."""

    path: str
    key: str
    series: str | None
    number: int
    title: str | None
    type: str | None
    tagline: str | None
    date: str | None
    date_end: str | None
    time: str | None
    timezone: str | None
    commits: tuple[str, ...]
    commits_more: int | None
    metrics: Mapping[str, object]
    voices: tuple[Spoken, ...]
    repositories: tuple[str, ...] = ()
    subject: str | None = None
    written: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    def as_json(self, lint: Sequence[Finding]) -> dict[str, object]:
        """The model with its keys in the order of the contract."""
        names = ("path", "key", "series", "number", "title", "type", "tagline", "date", "date_end", "time", "timezone")
        return {
            **{name: getattr(self, name) for name in names},
            "commits": list(self.commits),
            "commits_more": self.commits_more,
            "metrics": {name: self.metrics.get(name) for name in NAMES},
            "voices": [{"name": one.name, "text": one.text, "stage": one.stage} for one in self.voices],
            "lint": [one.as_json() for one in lint],
        }


@dataclass(frozen=True, slots=True)
class LegacyEpisode:
    """A file that was read: its model, the draft of its page, and everything that is worth telling of it."""

    model: EpisodeModel
    draft: Draft
    findings: tuple[Finding, ...]


def read_legacy(path: str, text: str, first: int = 1) -> LegacyEpisode | None:
    """An episode in the legacy form, its body beginning at line ``first``; None where its first heading names no episode."""
    lines = LINE_END.split(text)
    header = read_header(lines, first - 1)
    if header is None or header.number is None:
        return None
    words = list(prose(text))
    metrics = read_metrics(words)
    model = _model(path, header, metrics, read_voices(words))
    findings = [*header.findings, *metrics.findings, *contradictions(metrics)]
    if header.when.date is None and "date" not in header.lines:
        findings.append(Finding(header.lines["number"], "date-unknown", "no line states a date"))
    if model.series is None:
        findings.append(Finding(header.lines["number"], "series-unknown", "no line names a series"))
    return LegacyEpisode(model, drafted(_body(header, lines, first)), tuple(findings))


def read_written(path: str, front: EpisodeFront, text: str) -> LegacyEpisode:
    """An episode that has front matter already, as the same model."""
    values: dict[str, object] = dict.fromkeys(NAMES)
    for name in NAMES:
        said = getattr(front.stated, name)
        values[name] = getattr(said, "value", said)
    if isinstance(mix := values["change_mix"], str):
        values["change_mix"] = mix_of(mix)
    cited = front.commits
    model = EpisodeModel(
        path=path,
        key=front.key or "",
        series=front.series or None,
        number=front.number,
        title=front.title,
        type=None if front.type == UNDECLARED else front.type,
        tagline=front.tagline or None,
        date=front.date.isoformat() if front.date else None,
        date_end=front.date_end.isoformat() if front.date_end else None,
        time=front.time,
        timezone=front.timezone,
        commits=cited,
        commits_more=front.commits_more if cited else None,
        metrics=values,
        voices=tuple(replace(one, text=unescaped(one.text)) for one in read_voices(prose(text))),
    )
    return LegacyEpisode(_keyed(model), Draft((), ()), tuple(_wrong(front, text)))


def _wrong(front: EpisodeFront, text: str) -> Iterator[Finding]:
    """What is wrong in front matter and was so in the file it was made of; only an import writes hashes as it finds them."""
    for one in stated_contradictions(front.stated):
        yield Finding(line_of(text, ("stated", one.metric)), one.rule, f"{one.stated}; {one.follows}")
    for place, commit in enumerate(front.commits if front.imported_from else ()):
        if not all(map(is_possible, re.split(r"\.{2,3}", commit))):
            yield Finding(line_of(text, ("commits", place)), "impossible-hash", f"{commit!r} can be no commit")


def front_matter(model: EpisodeModel, source: str) -> dict[str, object]:
    """The keys of the page's front matter; ``source`` is where the file it was made of is kept, seen from the page."""
    return {
        "kind": "episode",
        "key": model.key,
        "series": (model.series or "")[:LONGEST_SERIES],
        "number": model.number,
        "title": (model.title or f"Episode {model.number}")[:LONGEST_TITLE],
        "description": model.subject,
        "type": model.type or UNDECLARED,
        "tagline": model.tagline,
        "date": model.date,
        "date_end": model.date_end,
        "time": model.time,
        "timezone": model.timezone,
        "repository": model.repositories[0] if len(model.repositories) == 1 else None,
        "commits": list(model.commits),
        "commits_more": model.commits_more or None,
        "stated": {name: model.written[name] for name in NAMES if name in model.written},
        "imported_from": source,
    }


def with_keys_of_their_own(models: Sequence[EpisodeModel], bodies: Sequence[str]) -> list[EpisodeModel]:
    """The models with a key for each, whatever their order: those that would share one get a digest of their text as well.

    Copies that agree in all of it are counted in the order given.
    """
    shared = Counter(model.key for model in models)
    taken: Counter[str] = Counter()
    keyed = []
    for model, body in zip(models, bodies, strict=True):
        key = model.key if shared[model.key] == 1 else f"{model.key}-{_digest(body)}"
        taken[key] += 1
        keyed.append(replace(model, key=key if taken[key] == 1 else f"{key}-{taken[key]}"))
    return keyed


def _model(path: str, header: Header, metrics: Metrics, voices: tuple[Spoken, ...]) -> EpisodeModel:
    when, cited = header.when, header.cited
    model = EpisodeModel(
        path=path,
        key="",
        series=header.series,
        number=header.number or 0,
        title=header.title,
        type=header.type,
        tagline=header.tagline,
        date=when.date.isoformat() if when.date else None,
        date_end=when.date_end.isoformat() if when.date_end else None,
        time=when.time,
        timezone=when.timezone,
        commits=cited.hashes if cited else (),
        commits_more=cited.more if cited and (cited.hashes or cited.more) else None,
        metrics=dict(metrics.values),
        voices=voices,
        repositories=cited.repositories if cited else (),
        subject=header.text,
        written=dict(metrics.written),
        lines=dict(header.lines),
    )
    return _keyed(model)


def _keyed(model: EpisodeModel) -> EpisodeModel:
    """The model with a key made of its title and of what tells it from a namesake, but of neither number nor path."""
    if model.key:
        return model
    words = re.sub(r"[^a-z0-9]+", "-", (model.title or "").lower()).strip("-")[:60].strip("-")
    rest = (model.series, model.title, model.commits[0] if model.commits else model.date)
    return replace(model, key=f"{words or 'episode'}-{_digest(repr(rest))}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:8]


def _body(header: Header, lines: Sequence[str], first: int) -> list[tuple[int, str]]:
    """The lines of the page: the title, the subject as a paragraph, and all that the fields do not hold whole."""
    title = header.lines["number"]
    below = header.lines.get("type")
    body = [(title, lines[title - 1].strip())]
    if below and header.text:
        body += [(below, ""), (below, f"**{header.text}**" if "*" not in header.text else header.text), (below, "")]
    last = max(header.lines.values())
    for number in range(title + 1, len(lines) + 1):
        is_read = number <= last and number in header.read
        is_gap = number <= last and not lines[number - 1].strip() and body and not body[-1][1]
        if not is_read and not is_gap:
            body.append((number, lines[number - 1]))
    return body
