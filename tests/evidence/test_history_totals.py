"""The totals of a history equal those of ``git diff-tree``, asked commit by commit and read by other code."""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from repositories import RepositoryBuilder

from chronicle.facts.commit_metrics import range_metrics


def wild_repository(path: Path, seed: int, commits: int = 40) -> RepositoryBuilder:
    """Edits, renames, deletions, binaries, modes, links, odd names, branches and merges, drawn from a seed."""
    rng = random.Random(seed)
    builder = RepositoryBuilder(path)
    files: dict[str, list[str]] = {}
    for number in range(commits):
        for _ in range(rng.randint(0, 4)):
            wild_change(builder, files, rng)
        builder.commit(f"change {number}")
        if number % 13 == 7:
            builder.git("checkout", "-q", "-b", f"side{number}", "HEAD~2")
            builder.commit("side", {f"side {number}.txt": f"{number}\n"})
            builder.git("checkout", "-q", "main")
            builder.git("merge", "-q", "--no-ff", "-m", "merge", f"side{number}")
    return builder


def wild_change(builder: RepositoryBuilder, files: dict[str, list[str]], rng: random.Random) -> None:
    kind = rng.choice(["new", "edit", "edit", "edit", "move", "delete", "binary", "mode", "link"])
    path = rng.choice(list(files)) if files else ""
    if kind == "new" or (not files and kind in ("edit", "move", "delete", "mode")):
        path = f"d{rng.randrange(3)}/é {rng.randrange(10**6)}.py"
        files[path] = [f"text {rng.randrange(50)}" for _ in range(rng.randint(5, 120))]
        builder.write(path, "\n".join(files[path]))
    elif kind == "edit":
        at = rng.randrange(len(files[path]) + 1)
        files[path][at : at + rng.randrange(6)] = [f"text {rng.randrange(50)}" for _ in range(rng.randrange(6))]
        builder.write(path, "\n".join(files[path]) + "\n" * rng.randrange(2))
    elif kind == "move":
        new = f"m{rng.randrange(3)}/moved {rng.randrange(10**6)}.py"
        files[new] = files.pop(path)
        (builder.path / new).parent.mkdir(exist_ok=True)
        (builder.path / path).rename(builder.path / new)
    elif kind == "delete":
        del files[path]
        (builder.path / path).unlink()
    elif kind == "binary":
        builder.write(f"bin{rng.randrange(4)}", rng.randbytes(200) + b"\0")
    elif kind == "mode":
        (builder.path / path).chmod(rng.choice([0o755, 0o644]))
    else:
        link = builder.path / f"link{rng.randrange(3)}"
        link.unlink(missing_ok=True)
        link.symlink_to(f"target {rng.randrange(5)}")


def totals_of_diff_tree(path: Path) -> Counter[str]:
    """Kinds and lines by one ``git diff-tree`` a commit; ``-U0`` states the context our stream pins by a setting."""
    total: Counter[str] = Counter()
    for revision in git(path, "rev-list", "--no-merges", "HEAD").decode().split():
        shape = ("diff-tree", "--no-commit-id", "--root", "-r", "-M", "-l1000")
        status = git(path, *shape, "--name-status", "-z", revision).split(b"\0")
        total.update(word[:1].decode() for word in status if is_status(word))
        for line in git(path, *shape, "-U0", "--numstat", revision).partition(b"\n\n")[0].splitlines():
            added, removed, _ = line.split(b"\t", 2)
            total["files"] += 1
            total["binary"] += added == b"-"
            total["added"] += 0 if added == b"-" else int(added)
            total["removed"] += 0 if removed == b"-" else int(removed)
    return total


def is_status(word: bytes) -> bool:
    return word in (b"A", b"M", b"D", b"T") or (len(word) == 4 and word[:1] in b"RC" and word[1:].isdigit())


def git(path: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(path), "-c", "core.attributesFile=/dev/null", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_totals_of_three_wild_repositories_equal_git_commit_by_commit(tmp_path: Path, seed: int) -> None:
    builder = wild_repository(tmp_path / "wild", seed)
    expected = totals_of_diff_tree(builder.path)

    history = builder.history()
    found = range_metrics(history, list(history.commits["revision"]))

    assert found.file_changes == expected["files"]
    assert (found.lines_added, found.lines_removed) == (expected["added"], expected["removed"])
    assert found.binary_files == expected["binary"]
    assert found.change_mix == tuple(expected[letter] for letter in "AMDRCT")
    assert found.commits == int(git(builder.path, "rev-list", "--count", "HEAD"))


def test_the_command_a_page_shows_gives_the_numbers_the_page_shows(tmp_path: Path) -> None:
    builder = wild_repository(tmp_path / "wild", seed=4, commits=15)
    history = builder.history()

    for revision in git(builder.path, "rev-list", "--no-merges", "HEAD").decode().split():
        shown = [line.split("\t")[:2] for line in builder.git(*history.check_command(revision).split()[1:]).splitlines()]
        ours = history.files.loc[history.files["revision"] == revision, ["added", "removed"]].astype("object").fillna("-")
        assert shown == [[str(added), str(removed)] for added, removed in ours.to_numpy()]
