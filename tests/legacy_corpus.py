"""A corpus of legacy episodes and reports, made from the grammar of their shapes, with what each of them says."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field
from typing import Any

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SERIES = (None, "Chimera", "Night Shift", "Lab & Co.")
TITLES = (
    "The Gatekeeper's Logic", "A “Small” Stitch", "Order from Chaos", "Ünïcode — and back", "The Gatekeeper’s Return",
    "1,327 Lines", "What Comes: After", "日本の夜", "C# in Anger",
)  # fmt: skip
TYPES = ("feat", "fix", "docs", "feat/docs", "refactor + feat", "docs+style+fix", "incident", "meta", "docs+contracts", None)
NAMES = ("Banterpacks", "ChatGPT", "Claude", "Gemini", "Zoë")
REMARKS = ("", " (remark)", " (3 new, 5 moved)", " (of 1,200 (!) in all)", " [see 7]")
_MANGLED = {0x80 + place: character for place, character in enumerate("€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ")}


def mangled(text: bytes) -> bytes:
    """UTF-8 read as Windows-1252 by a browser and written again."""
    return "".join(_MANGLED.get(byte, chr(byte)) for byte in text).encode()


@dataclass
class Sample:
    """A file with the fields that it states, and the rule and the line of each thing that is wrong with it."""

    path: str
    source: bytes
    fields: dict[str, Any]
    lint: set[tuple[str, int]] = field(default_factory=set)
    lines: dict[str, int] = field(default_factory=dict)


class _Writer:
    """Lines of a file in the making, the header's with or without blank lines between them."""

    def __init__(self, *, is_airy: bool) -> None:
        self.lines: list[str] = []
        self._between = [""] if is_airy else []

    def header(self, line: str) -> int:
        self.lines += [*(self._between if self.lines else []), line]
        return len(self.lines)

    def add(self, *lines: str) -> int:
        self.lines += lines
        return len(self.lines)


def make_episodes(count: int, seed: int = 1) -> list[Sample]:
    """Episodes of every header shape; every tenth is damaged in a way that its ``lint`` names."""
    return [_Episode(random.Random(f"{seed}/{number}"), number).sample() for number in range(count)]


class _Episode:
    def __init__(self, chance: random.Random, number: int) -> None:
        self.chance, self.number = chance, number
        self.writer = _Writer(is_airy=number % 2 == 0)
        self.fields: dict[str, Any] = {}
        self.lint: set[tuple[str, int]] = set()
        self.lines: dict[str, int] = {}
        self.selector = chance.choice(("", "\ufe0f"))

    def sample(self) -> Sample:
        for part in (
            self._title,
            self._type,
            self._tagline,
            self._date,
            self._commits,
            self._place,
            self._talk,
            self._metrics,
            self._end,
        ):
            part()
        text = "\n".join(self.writer.lines) + "\n"
        return Sample(f"{self._folder()}/episode-{self.number:03}.md", self._encoded(text), self.fields, self.lint, self.lines)

    def _folder(self) -> str:
        return ("one", "two", "two/deep")[self.number % 3]

    def _encoded(self, text: str) -> bytes:
        source = text.encode()
        for _ in range((0, 1, 0, 2)[self.number % 4]):
            source = mangled(source)
        if self.number % 5 == 0:
            source = source.replace(b"\n", b"\r\n")
        return b"\xef\xbb\xbf" + source if self.number % 7 == 0 else source

    def _title(self) -> None:
        series, title = SERIES[self.number % len(SERIES)], self.chance.choice(TITLES)
        quoted = self.chance.choice((f'"{title}"', f"“{title}”" if "“" not in title else title, title))
        number = f"{self.number:03}" if self.chance.random() < 0.3 else str(self.number)
        emoji = self.chance.choice(("", "", "🎬 ", "🏗️ "))
        self.lines["title"] = self.writer.header(f"# {emoji}{f'{series} - ' if series else ''}Episode {number}: {quoted}")
        self.fields |= {"series": series or "The Long Saga", "number": self.number, "title": title}

    def _type(self) -> None:
        kind = TYPES[self.number % len(TYPES)]
        self.writer.header(f"## {kind}: a change of words, 2nd part" if kind else "## The ignition of the core")
        self.fields["type"] = kind

    def _tagline(self) -> None:
        tagline = self.chance.choice(("Ten files, 500 lines—and a 'why'.", "It’s alive!", None))
        if tagline:
            self.writer.header(f"*{tagline}*")
        self.fields["tagline"] = tagline

    def _date(self) -> None:
        day = datetime.date(2025, 1, 1) + datetime.timedelta(days=self.chance.randrange(700))
        end = day + datetime.timedelta(days=self.chance.randrange(1, 40))
        words = f"{DAYS[day.weekday()]}, {day:%B} {day.day}, {day.year}"
        label = f"### 📅{self.selector} "
        iso, shape = day.isoformat(), self.number % 12
        said = {"date": iso, "date_end": None, "time": None, "timezone": None}
        written, more = (
            (iso, {}),
            (f"{iso}T23:35:59-04:00", {"time": "23:35:59", "timezone": "-04:00"}),
            (f"{iso} 08:05+05:30", {"time": "08:05", "timezone": "+05:30"}),
            (words, {}),
            (f"{words} at 12:05 AM", {"time": "00:05"}),
            (f"{words} at 9:54 PM", {"time": "21:54"}),
            (f"{iso} → {end}", {"date_end": end.isoformat()}),
            (f"{iso} — {end}", {"date_end": end.isoformat()}),
            (f"{iso} to {end}", {"date_end": end.isoformat()}),
            (f"{iso} → the morning after", {}),
            (f"Date and Time\n{iso} 20:52:20", {"time": "20:52:20"}),
            ("A long night in late autumn", {"date": None}),
        )[shape]
        if self.number % 24 == 3:
            wrong = DAYS[(day.weekday() + 1) % 7]
            written = written.replace(DAYS[day.weekday()], wrong)
        for line in f"{label}{written}".split("\n"):
            self.lines["date"] = self.writer.header(line)
        if self.number % 24 == 3:
            self.lint.add(("weekday", self.lines["date"]))
        self.fields |= {**said, **more}

    @property
    def _is_bare(self) -> bool:
        """Whether its header cites no commit and it states no metrics."""
        return self.number % 30 == 23

    def _commits(self) -> None:
        if self._is_bare:
            self.writer.header(f"### 🔗{self.selector} Commits: not yet")
            self.fields |= {"commits": [], "commits_more": None}
            return
        hashes = [
            f"{self.chance.randrange(1 << 60):015x}{self.number:05x}"[::-1][: self.chance.choice((7, 8, 12, 20))]
            for _ in range(3)
        ]
        hashes = [f"{self.number:04x}{one}{place}"[:20] for place, one in enumerate(hashes)]
        hashes = hashes[: self.chance.choice((1, 2, 3))]
        more = self.chance.choice((0, 0, 3))
        names = self.chance.choice(("", "", " (Hearts)"))
        impossible = self.number % 30 == 7
        if impossible:
            hashes[-1] = "1b7g3f4"
        if is_reused := self.number % 30 == 17:
            hashes.append("abcdef1")
        ticks = self.chance.choice(("`", ""))
        listed = ", ".join(f"{ticks}{one}{ticks}{names}" for one in hashes) + (f" + {more} others" if more else "")
        self.lines["commits"] = self.writer.header(
            f"### 🔗{self.selector} {'Commit' if len(hashes) == 1 else 'Commits'}: {listed}"
        )
        self.fields |= {"commits": hashes, "commits_more": more}
        if impossible:
            self.lint.add(("impossible-hash", self.lines["commits"]))
        if is_reused and self.number > 17:
            self.lint.add(("reused-hash", self.lines["commits"]))

    def _place(self) -> None:
        series = SERIES[self.number % len(SERIES)]
        name = f"The {series} Chronicles" if series else "The Long Saga"
        self.writer.header(f"### 📊{self.selector} Episode {self.number} of {name}")
        self.writer.add(
            "", "---", "", "### Why It Matters", "", "**Strategic Significance**: we paid $5 for it.", "- one", "  - two", ""
        )

    def _talk(self) -> None:
        voices = []
        for place in range(self.chance.choice((1, 2))):
            self.writer.add(f"### {self.chance.choice(('', '🎙️ '))}The Roundtable: Part {place}", "")
            for name in self.chance.sample(NAMES, 3):
                stage = self.chance.choice((None, "He looks up, 3 times…", "sighs"))
                text = self.chance.choice(
                    ('"It’s **done**."', "SO MANY LINES! 🎉", "Analysis complete. (1) yes (2) no: *maybe* later.")
                )
                lead = f"**{name}:**" if self.chance.random() < 0.5 else f"**{name}**:"
                self.writer.add(f"{lead} {f'*{stage}* ' if stage else ''}{text}", "")
                voices.append({"name": name, "text": text, "stage": stage})
        self.fields["voices"] = voices
        self.writer.add("---", "")

    def _metrics(self) -> None:
        if self._is_bare:
            names = ("files_changed", "lines_added", "lines_removed", "net_change", "complexity", "change_mix", "type")
            self.fields["metrics"] = dict.fromkeys(names)
            return
        chance = self.chance
        mix = {letter: chance.randrange(9) for letter in chance.choice(("AMD", "MA", "A", "MAR"))}
        files, added, removed = sum(mix.values()), chance.randrange(90_000), chance.randrange(9_000)
        known = {
            "files_changed": (files, str(files)),
            "lines_added": (added, chance.choice((f"{added:,}", f"+{added}", f"~{added:,}", f"{added}+"))),
            "lines_removed": (removed, chance.choice((f"{removed:,}", f"-{removed:,}"))),
            "net_change": (added - removed, chance.choice((f"{added - removed:+,}", f"{added - removed}".replace("-", "−")))),
            "change_mix": (mix, ", ".join(f"{letter}:{count}" for letter, count in mix.items())),
            "type": ("docs", "docs"),
            "complexity": chance.choice(((70, "70"), (7.5, "7.5"), (70, "70 / 100"))),
        }
        wrong = {13: "net_change", 21: "change_mix"}.get(self.number % 25)
        labels = (
            "Files Changed",
            "Lines Added",
            "Lines Removed",
            "Net Change",
            "Change Mix",
            "Commit Type",
            "Complexity Score",
        )
        metrics: dict[str, Any] = {}
        self.writer.add(
            f"## 🔬{self.selector} Technical Analysis", "", f"### {chance.choice(('', '📈 '))}Commit Metrics & More", ""
        )
        for (name, (value, written)), label in zip(known.items(), labels, strict=True):
            if wrong is None and chance.random() < 0.15:
                value, written = None, "N/A"
            if name == "lines_added" and wrong:
                written = str(added)
            if name == wrong == "net_change":
                value, written = added - removed + 1, f"{added - removed + 1:+,}"
            if name == wrong == "change_mix":
                value, written = (
                    {**mix, "A": mix.get("A", 0) + 2},
                    f"{written}, A:{mix.get('A', 0) + 2}" if "A" not in mix else None,
                )
                written = ", ".join(f"{letter}:{count}" for letter, count in value.items())
            form = chance.choice(("- **{0}**: {1}", "- {0}: {1}", "- **{0}:** {1}", "* **{0}**: {1}"))
            line = self.writer.add(form.format(label, written + chance.choice(REMARKS)))
            metrics[name] = value
            if name == wrong:
                self.lint.add((wrong.replace("_", "-"), line))
        self.fields["metrics"] = metrics
        self.writer.add("- ✅ Has tests", "- ❌ Is breaking")

    def _end(self) -> None:
        self.writer.add("", "## What Changed", "Text above a table:", "| a | b |", "|---|---|", "| 1 | 2 |", "Then code:")
        self.writer.add("```python", "x = '$5 <your-name>'", "```", "Set <your-name> in {{ braces }}.")
        if self.number % 20 == 9:
            self.lint.add(("dead-image", self.writer.add("![gone](pictures/gone.png)")))
        if self.number % 20 == 11:
            self.lint.add(("dangling-link", self.writer.add("[gone](gone.md)")))
        if self.number % 20 == 12:
            self.writer.add("[here](episode-000.md)" if self.number % 3 == 0 else "[here](../one/episode-000.md)")


REPORT_PARTS = (
    "Steps:\n1. first\n   - inner\n   - inner\n     1. deep\n2. second\n\n   more words\n3. third",
    "- a\n  - b\n    - c\n      - d\n- e\n\n  ```bash\n  export X=$5 <token>\n  ```\n- f",
    "It cost $1,200 to $1,500 a month.\n| Metric | Value |\n|--------|------:|\n| P(A|B) | 0.5 |\n| cost | $12 |\nafter it",
    "Run `./x <n>` on <your-host> or <MODEL>, not on <br> two lines.\n* star\n* star\n\n      code in an item",
    "| **Name** | Note |\n|---|---|\n| `a|b` | {x} |\n- list right below\n+ another",
    "> quoted\n> - item\n> - item\n\n    indented = code\n\n10. ten\n11. eleven\n    - under",
    '```text title="x"\n- not a list\n| not | a table |\n|---|---|\n```\n1) one\n2) two',
    "<details>\n<summary>More</summary>\n\n- hidden\n- hidden\n\n| h | i |\n|---|---|\n| 1 | 2 |\n\n</details>",
    "The ratio $\\alpha^2$ is not money, {#not-an-id} is no attribute.\n#hashtag is no heading\n~~~\nx\n~~~",
)


def make_reports(count: int, seed: int = 1, sections: int = 40) -> list[Sample]:
    """Long reports whose parts are what a Markdown renderer reads in its own way; every tenth is damaged."""
    return [_report(random.Random(f"{seed}/{number}"), number, sections) for number in range(count)]


def _report(chance: random.Random, number: int, sections: int) -> Sample:
    day = datetime.date(2025, 1, 1) + datetime.timedelta(days=number)
    status = ("Complete", "Published", "Draft")[number % 3]
    table = {
        "TR Number": str(200 + number),
        "Author": "Ana Lima",
        "Date": day.isoformat(),
        "Version": "3.0 (core + 2)",
        "Status": status,
    }
    table |= {"Total Runs": "135 (27 configs x 5)"}
    if number % 10 == 4:
        del table["Date"]
    lines = [
        f"# Technical Report {200 + number}: Title of {number}",
        "## A subtitle",
        "",
        "| Field | Value |",
        "|-------|-------|",
    ]
    lines += [f"| **{name}** | {value} |" for name, value in table.items()]
    lines += [
        "",
        "---",
        "",
        *(f"{place}. [{place}. Part & parcel](#{place}-part--parcel)" for place in range(1, sections + 1)),
        "",
    ]
    lint: set[tuple[str, int]] = set()
    for place in range(1, sections + 1):
        lines += [
            f"## {place}. Part & parcel",
            "",
            *chance.choice(REPORT_PARTS).split("\n"),
            "",
            "Words between, *set* in **type**.",
            "",
        ]
    if number % 10 == 5:
        lines += ["![gone](gone.png)"]
        lint.add(("dead-image", len(lines)))
    if number % 10 == 6:
        lines += ["```", "never closed"]
        lint.add(("unclosed-fence", len(lines) - 1))
    fields = {
        "id": f"TR{200 + number}",
        "title": f"Title of {number}",
        "version": "3.0",
        "status": {"Published": "published", "Draft": "draft"}.get(status),
        "date": table.get("Date"),
        "authors": ["Ana Lima"],
        "metadata": table,
    }
    source = ("\n".join(lines) + "\n").encode()
    return Sample(f"report-{number:03}.md", mangled(source) if number % 2 else source, fields, lint)
