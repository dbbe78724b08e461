"""The dates of a legacy header: every shape that states a day is read, and what only hints at one stays unknown."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = "|".join(rf"{name[:3]}(?:{name[3:]}|t)?\.?" if len(name) > 3 else name for name in _MONTHS)
_WEEKDAY = "|".join(rf"{name[:3]}(?:{name[3:]}|s|rs?)?\.?" for name in _DAYS)
_ISO = r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)"
_WORDS = (
    rf"(?:(?P<weekday>{_WEEKDAY}),?\s+)?(?P<name>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d)"
)
_DAY_FIRST = (
    rf"(?:(?P<weekday>{_WEEKDAY}),?\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<name>{_MONTH}),?\s+(?P<year>\d{{4}})(?!\d)"
)
_CLOCK = (
    r"(?:(?:\s*,?\s+at\s+|[T ]\s*|,\s*)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\b\.?)?(?:\s*(?P<zone>Z\b|UTC\b|GMT\b|[+-]\d{2}:?\d{2}(?!\d)|(?:UTC|GMT)[+-]\d{1,2}(?::?\d{2})?)"
    r"|\s+[A-Z]{2,5}\b)?)?"
)
_MOMENTS = [re.compile(shape + _CLOCK, re.IGNORECASE if shape is not _ISO else 0) for shape in (_ISO, _WORDS, _DAY_FIRST)]
_ARROW = r"\s*(?:→|⟶|➡️?|⇒|-{1,2}>|=>)\s*"
_JOINT = re.compile(rf"{_ARROW}|\s*[–—]\s*|\s+-{{1,3}}\s+|\s+(?:to|until|through)\s+", re.IGNORECASE)
_OPEN = re.compile(_ARROW)
_SHORT_RANGE = re.compile(
    rf"(?P<name>{_MONTH})\s+(?P<first>\d{{1,2}})\s*(?:[-–—]|\s+to\s+|→)\s*(?:(?P<last_name>{_MONTH})\s+)?(?P<last>\d{{1,2}}),?\s+"
    r"(?P<year>\d{4})",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:date(?:s)?(?:\s*(?:and|&)\s*times?)?|time(?:line|frame)?|when|published|period)\s*:?\s*", re.IGNORECASE
)
_REMARK = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")


@dataclass(frozen=True, slots=True)
class When:
    """A day or a range of days; ``is_open`` where it is said to go on. ``wrong`` are sentences on what cannot be."""

    date: datetime.date | None = None
    date_end: datetime.date | None = None
    time: str | None = None
    timezone: str | None = None
    is_open: bool = False
    wrong: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Moment:
    date: datetime.date | None
    time: str | None
    timezone: str | None
    wrong: tuple[tuple[str, str], ...]
    end: int


UNKNOWN = When()


def without_label(text: str) -> str:
    """The text without a label such as ``Date and Time:`` and without marks of emphasis around it."""
    plain = text.strip().strip("*_` ").strip()
    label = _LABEL.match(plain)
    return plain[label.end() :].strip("*_`: ").strip() if label else plain


def read_when(text: str) -> When:
    """What a 📅 line states; :data:`UNKNOWN` for prose, and for a day that does not exist (which is told in ``wrong``)."""
    plain = _REMARK.sub("", without_label(text)).strip()
    if short := _SHORT_RANGE.fullmatch(plain):
        return _short(short)
    first = _moment(plain)
    if first is None:
        return UNKNOWN
    rest = plain[first.end :]
    begun = When(first.date, None, first.time, first.timezone, wrong=first.wrong)
    if not rest.strip(" .,;"):
        return begun
    joint = _JOINT.match(rest)
    if joint is None:
        return UNKNOWN
    last = _moment(rest[joint.end() :])
    if last is not None and not _REMARK.sub("", rest[joint.end() + last.end :]).strip(" .,;"):
        return _ranged(begun, last)
    return replace(begun, is_open=True) if _OPEN.match(rest) else UNKNOWN


def _ranged(begun: When, last: _Moment) -> When:
    wrong = (*begun.wrong, *last.wrong)
    if begun.date is None:
        return replace(begun, wrong=wrong)
    if last.date and last.date < begun.date:
        return replace(begun, wrong=(*wrong, ("date-order", f"the range ends on {last.date}, before it begins")))
    return replace(begun, date_end=last.date, wrong=wrong)


def _moment(text: str) -> _Moment | None:
    for shape in _MOMENTS:
        if found := shape.match(text):
            return _read(found)
    return None


def _read(found: re.Match[str]) -> _Moment:
    parts = found.groupdict()
    month = int(parts["month"]) if parts.get("month") else _month(parts["name"])
    wrong: list[tuple[str, str]] = []
    date = _day(int(parts["year"]), month, int(parts["day"]))
    if date is None:
        wrong.append(("date", f"there is no day {found[0].strip()!r}"))
    elif (weekday := parts.get("weekday")) and not _DAYS[date.weekday()].startswith(weekday[:3].lower()):
        wrong.append(("weekday", f"{date} is a {_DAYS[date.weekday()].capitalize()}, not a {weekday.strip('.').capitalize()}"))
    time = _clock(parts)
    if time == "":
        wrong.append(("time", f"there is no time {found[0].strip()!r}"))
    return _Moment(
        date, (time or None) if date else None, _zone(parts["zone"]) if date and time else None, tuple(wrong), found.end()
    )


def _month(name: str) -> int:
    return next(place for place, month in enumerate(_MONTHS, 1) if month.startswith(name[:3].lower()))


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _clock(parts: dict[str, str | None]) -> str | None:
    """``HH:MM`` or ``HH:MM:SS``; None where none is stated, empty where there is no such time."""
    if parts["hour"] is None or parts["minute"] is None:
        return None
    hour, minute, second = int(parts["hour"]), int(parts["minute"]), int(parts["second"] or 0)
    if half := parts["half"]:
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if half in "pP" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return ""
    return f"{hour:02}:{minute:02}" + (f":{second:02}" if parts["second"] else "")


def _zone(written: str | None) -> str | None:
    """An offset ``+02:00``; a zone that is only named has none that could be told."""
    if written is None:
        return None
    digits = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", written)
    if digits is None:
        return "+00:00"
    return f"{digits[1]}{int(digits[2]):02}:{digits[3] or '00'}"


def _short(found: re.Match[str]) -> When:
    """``September 7 – 9, 2025``: both days are stated, the year once."""
    year, month = int(found["year"]), _month(found["name"])
    first = _day(year, month, int(found["first"]))
    last = _day(year, _month(found["last_name"]) if found["last_name"] else month, int(found["last"]))
    if first is None or last is None:
        return When(wrong=(("date", f"there is no day {found[0].strip()!r}"),))
    return _ranged(When(first), _Moment(last, None, None, (), 0))
