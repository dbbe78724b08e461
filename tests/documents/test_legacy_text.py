"""What a legacy file states below its header, and how its bytes become text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from legacy_corpus import mangled

from chronicle.documents.legacy.encoding import decode
from chronicle.documents.legacy.metrics import contradictions, read_metrics
from chronicle.documents.legacy.voices import read_voices
from chronicle.documents.outline import prose


@pytest.mark.parametrize(
    ("stated", "value", "written"),
    [
        ("8 (3 new, 5 moved)", 8, "8"),
        ("33,636", 33636, "33,636"),
        ("+1,409", 1409, "1,409"),
        ("−178", -178, "-178"),
        ("~1,200", 1200, "~1,200"),
        ("100+", 100, "100+"),
        ("**+3** lines", 3, "3"),
        ("0", 0, "0"),
        ("N/A (3 files)", None, None),
        ("none", None, None),
    ],
)
def test_a_number_is_read_without_its_remarks(stated: str, value: int | None, written: str | None) -> None:
    metrics = read_metrics(prose(f"### Commit Metrics\n- **Net Change**: {stated}"))

    assert (metrics.values["net_change"], metrics.written.get("net_change")) == (value, written)
    assert metrics.findings == []


@pytest.mark.parametrize("stated", ["1,2", "8 -> 10", "1.2k", "Eight", "3-5"])
def test_a_number_that_cannot_be_told_stays_unknown_and_is_listed(stated: str) -> None:
    metrics = read_metrics(prose(f"### Commit Metrics\n\n- Files Changed: {stated}"))

    assert metrics.values["files_changed"] is None
    assert [(one.rule, one.line) for one in metrics.findings] == [("metric-unread", 3)]


def test_labels_may_be_bold_or_plain_in_one_list_and_removed_lines_have_no_sign() -> None:
    text = (
        "## 📈 Commit Metrics & More\n- **Lines Added:** 5\n* Lines Removed: -3\n- **Change Mix**: M:2, A:1 (x), R:0\n"
        "- Commit Type: docs / fix (1)\n"
    )
    values = read_metrics(prose(text)).values

    assert (values["lines_added"], values["lines_removed"], values["type"]) == (5, 3, "docs / fix")
    assert values["change_mix"] == {"M": 2, "A": 1, "R": 0}


def test_only_numbers_stated_exactly_contradict_each_other() -> None:
    exact = "### Commit Metrics\n- Files Changed: 2\n- Lines Added: 5\n- Lines Removed: 3\n- Net Change: 9\n- Change Mix: A:3"
    about = exact.replace("Added: 5", "Added: ~5").replace("Changed: 2", "Changed: 2+")

    assert [one.rule for one in contradictions(read_metrics(prose(exact)))] == ["net-change", "change-mix"]
    assert [one.rule for one in contradictions(read_metrics(prose(about)))] == []


def test_a_list_in_another_section_states_no_metrics() -> None:
    metrics = read_metrics(prose("### Commit Metrics\n- Files Changed: 2\n### Other\n- Lines Added: 5\n"))

    assert metrics.values["lines_added"] is None


def test_voices_speak_in_every_roundtable_of_a_file_and_nowhere_else() -> None:
    text = (
        '**A:** before\n\n### 🎙️ The Roundtable: One\n\n**A:** *nods.* "Hi."\n\n**B C**: two\nlines\n\n**Note** no\n'
        "#### Below\n**D** *(sighs)*: yes\n### Other\n**E:** no\n## The Roundtable\n__F:__ *em* and *em*\n"
    )
    spoken = [(one.name, one.text, one.stage) for one in read_voices(prose(text))]

    assert spoken == [
        ("A", '"Hi."', "nods."),
        ("B C", "two lines", None),
        ("D", "yes", "sighs"),
        ("F", "and *em*", "em"),
    ]


TEXT = "# 🏗️ Don’t “quote” — é ñ → 日本 📅 🔗 ✅ ❌ à\u00a0x Š"


@pytest.mark.parametrize("times", [1, 2, 3])
def test_text_that_was_encoded_twice_or_more_is_turned_back(times: int) -> None:
    source = TEXT.encode()
    for _ in range(times):
        source = mangled(source)
    decoded = decode(b"plain\r\n" + source)

    assert decoded is not None
    assert decoded.text == f"plain\n{TEXT}"
    assert [(one.rule, one.line) for one in decoded.repaired] == [("double-encoding", 2)]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), max_size=40))
def test_any_text_survives_being_encoded_twice_or_is_told(text: str) -> None:
    once = decode(text.encode())
    decoded = decode(mangled(text.encode()))

    assert once is not None and decoded is not None
    assert decoded.text == once.text or "Ã" in text or any(0x80 <= ord(one) < 0x100 for one in text) or decoded.damage


@pytest.mark.parametrize("text", ["voilà ”…", "naïve café", "Ångström — “ok”", "3 × 4 ± 1 §"])
def test_text_that_was_never_damaged_stays_as_it_is(text: str) -> None:
    decoded = decode(text.encode())

    assert decoded is not None
    assert (decoded.text, decoded.repaired, decoded.damage) == (text, (), ())


def test_bytes_that_are_no_utf8_are_told_by_line() -> None:
    decoded = decode("é\nok\n".encode() + b"\xff\xfe broken\n")

    assert decoded is not None
    assert [(one.rule, one.line) for one in decoded.damage] == [("invalid-utf-8", 3)]


def test_a_file_of_windows_1252_is_read_as_such() -> None:
    decoded = decode(b"caf\xe9 \x92ok\n")

    assert decoded is not None
    assert decoded.text == "café ’ok\n"


def test_a_file_with_zero_bytes_is_no_text() -> None:
    assert decode(b"# Episode 1\0") is None
