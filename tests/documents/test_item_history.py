"""What became of each item of a roadmap over the versions of its file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chronicle.documents.item_history import RoadmapHistory, roadmap_history
from chronicle.documents.registration import Version
from chronicle.documents.roadmap import parse_roadmap

START = datetime(2026, 1, 1, tzinfo=UTC)


def history(*texts: str, now: str | None = None) -> RoadmapHistory:
    """The history of ``now`` (by default the last text), each text committed a day after the one before as r0, r1, …"""
    versions = [Version(f"r{number}", START + timedelta(days=number), text) for number, text in enumerate(texts)]
    return roadmap_history(versions, parse_roadmap(texts[-1] if now is None else now, file="r.md")[0])


def told(found: RoadmapHistory) -> dict[str, tuple[str | None, str | None, list[str], str | None]]:
    """Added, ticked, reworded and removed by which commit, under the words of each item."""
    return {
        track.item.text: (
            track.added and track.added.revision,
            track.ticked and track.ticked.revision,
            [change.revision for change in track.reworded],
            track.removed and track.removed.revision,
        )
        for track in found.tracks
    }


def test_an_item_has_the_commits_that_added_reworded_ticked_and_removed_it() -> None:
    found = history(
        "## Q1\n- [ ] Measure {#a}\n",
        "## Q1\n- [ ] Measure it well {#a}\n- [ ] Later\n",
        "## Q1\n- [x] Measure it well {#a}\n- [ ] Later\n",
        "## Q1\n- [x] Measure it well {#a}\n",
    )

    assert told(found) == {"Measure it well": ("r0", "r2", ["r1"], None), "Later": ("r1", None, [], "r3")}


def test_the_boxes_are_counted_at_each_commit_that_changed_a_count() -> None:
    found = history("# R\n", "## Q1\n- [ ] a\n- [ ] b\n", "## Q1\n- [ ] A\n- [ ] b\n", "## Q1\n- [x] A\n- [ ] b\n")

    assert [(step.change.revision, step.ticked, step.total) for step in found.steps] == [
        ("r0", 0, 0),
        ("r1", 0, 2),
        ("r3", 1, 2),
    ]


def test_an_item_without_an_id_is_followed_by_its_words_to_another_period_and_by_its_closest_wording() -> None:
    found = history(
        "## Q1\n- [ ] Serve a mixture of experts\n- [ ] PagedAttention\n",
        "## Q1\n- [ ] PagedAttention\n## Q2\n- [ ] Serving a mixture of experts, eight of them\n",
    )

    assert told(found) == {
        "Serving a mixture of experts, eight of them": ("r0", None, ["r1"], None),
        "PagedAttention": ("r0", None, [], None),
    }


def test_two_ids_are_two_items_however_alike_their_words_are() -> None:
    found = history("## Q\n- [ ] Publish it {#a}\n", "## Q\n- [ ] Publish it {#b}\n")

    assert [(track.item.id, track.added and track.added.revision, track.is_gone) for track in found.tracks] == [
        ("a", "r0", True),
        ("b", "r1", False),
    ]


def test_an_item_that_came_back_is_the_old_one() -> None:
    found = history("## Q\n- [ ] one {#a}\n", "## Q\n", "## Q\n- [x] one {#a}\n")

    assert told(found) == {"one": ("r0", "r2", [], None)}


def test_an_empty_box_forgets_its_tick() -> None:
    assert told(history("## Q\n- [x] one\n", "## Q\n- [ ] one\n")) == {"one": ("r0", None, [], None)}


def test_what_is_not_committed_has_no_commit() -> None:
    found = history("## Q\n- [ ] one {#a}\n- [ ] gone {#b}\n", now="## Q\n- [x] one {#a}\n- [ ] new {#c}\n")

    assert told(found) == {
        "one": ("r0", None, [], None),
        "gone": ("r0", None, [], None),
        "new": (None, None, [], None),
    }
    assert [track.item.text for track in found.removed] == ["gone"]


def test_an_item_of_the_present_file_finds_its_track_by_its_place() -> None:
    text = "## Q\n- [ ] same\n- [ ] same\n"
    items = parse_roadmap(text, file="r.md")[0].items
    found = history("## Q\n- [ ] same\n", text)

    assert [track.added and track.added.revision for item in items if (track := found.of(item))] == ["r0", "r1"]


@given(st.lists(st.lists(st.sampled_from(["a", "b {#b}", "c {#c}", "a long one", "a longer one"]), max_size=5), max_size=5))
def test_every_item_of_every_version_has_one_track_and_no_commit_comes_before_the_one_that_added_it(
    versions: list[list[str]],
) -> None:
    texts = ["## Q\n" + "".join(f"- [x] {item}\n" for item in items) for items in [*versions, []]]
    found = history(*texts)

    assert len(found.tracks) >= max(len(items) for items in [*versions, []])
    assert all(
        track.added and change.committed >= track.added.committed
        for track in found.tracks
        for change in (*track.reworded, *([track.removed] if track.removed else []))
    )
