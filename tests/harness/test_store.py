"""The folder of a run: the record is the commit, bytes are stable, and what does not fit is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from runs import H100, a_run, case, process, results_copy, stored_bytes

from chronicle.errors import ChronicleError, ProblemsFound
from chronicle.harness.store import SAMPLES, TELEMETRY, RunFolder, unfinished
from chronicle.records.run import Environment


def filled(path: Path) -> RunFolder:
    folder = RunFolder(path)
    folder.append(SAMPLES, [3, 1, 2])
    folder.append(TELEMETRY, {"mono_ns": [1], "mask": [None]})
    return folder


def test_a_run_comes_back_with_its_lines(tmp_path: Path) -> None:
    folder = filled(tmp_path / "run")
    written = folder.commit(a_run(case([process()])))
    again = RunFolder(tmp_path / "run")

    assert again.load() == written
    assert again.lines == {SAMPLES: ["[3,1,2]"], TELEMETRY: ['{"mask":[null],"mono_ns":[1]}']}
    assert again.append(SAMPLES, [4]) == 1


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = filled(tmp_path / "one"), filled(tmp_path / "two")
    one.seal(one.commit(a_run(case([process()]))))
    two.seal(two.commit(a_run(case([process()]))))

    assert stored_bytes(one) == stored_bytes(two)


def test_loading_and_committing_the_committed_run_changes_no_byte_of_its_record(tmp_path: Path) -> None:
    folder = RunFolder(results_copy(tmp_path))
    folder.seal(folder.commit(folder.load()))

    assert (folder.path / "record.json").read_bytes() == (H100 / "record.json").read_bytes()
    assert (folder.path / "MANIFEST.sha256").read_bytes() == (H100 / "MANIFEST.sha256").read_bytes()


def test_a_run_beside_one_of_its_name_is_called_by_its_folder_and_its_record_keeps_its_name(tmp_path: Path) -> None:
    first = results_copy(tmp_path)
    folder = RunFolder(first.rename(first.with_name(f"{first.name}.2")))
    folder.seal(continued := folder.commit(folder.load()))

    assert (folder.load().run_id, continued.run_id) == (f"{H100.name}.2", f"{H100.name}.2")
    assert (folder.path / "record.json").read_bytes() == (H100 / "record.json").read_bytes()
    assert (folder.path / "MANIFEST.sha256").read_bytes() == (H100 / "MANIFEST.sha256").read_bytes()


def test_the_seal_lists_the_hashes_of_the_uncompressed_bytes(tmp_path: Path) -> None:
    folder = filled(tmp_path / "run")
    folder.seal(folder.commit(a_run()))
    seal = (tmp_path / "run" / "MANIFEST.sha256").read_text()

    assert f"{hashlib.sha256(b'[3,1,2]' + bytes([10])).hexdigest()}  samples.jsonl.gz\n" in seal
    assert [row.split("  ")[1] for row in seal.splitlines()] == ["record.json", "samples.jsonl.gz", "telemetry.jsonl.gz"]


def test_a_commit_breaks_the_seal(tmp_path: Path) -> None:
    folder = filled(tmp_path / "run")
    folder.seal(folder.commit(a_run()))
    folder.commit(a_run())

    assert not (tmp_path / "run" / "MANIFEST.sha256").exists()


def test_unfinished_runs_are_those_of_the_suite_that_have_a_record_and_no_seal(tmp_path: Path) -> None:
    for name in ("20260101T000000Z-tiny-aaaaaaa", "20260201T000000Z-tiny-aaaaaaa", "20260301T000000Z-tiny-aaaaaaa"):
        filled(tmp_path / "dev" / name).commit(a_run())
    filled(tmp_path / "dev" / "20260401T000000Z-other-aaaaaaa").commit(a_run())
    (tmp_path / "dev" / "20260501T000000Z-tiny-aaaaaaa").mkdir()
    (tmp_path / "dev" / "20260201T000000Z-tiny-aaaaaaa" / "MANIFEST.sha256").touch()

    assert [folder.path.name[:8] for folder in unfinished(tmp_path, "dev", "tiny")] == ["20260301", "20260101"]


@pytest.mark.parametrize("body", [b"", b"not gzip", b"\x1f\x8b\x08\x00" + b"\xff" * 40], ids=["empty", "other", "noise"])
def test_damaged_samples_are_named(tmp_path: Path, body: bytes) -> None:
    filled(tmp_path / "run").commit(a_run())
    (tmp_path / "run" / SAMPLES).write_bytes(body)

    with pytest.raises(ChronicleError, match=r"samples\.jsonl\.gz is not what its record was written with"):
        RunFolder(tmp_path / "run").load()


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    filled(tmp_path / "run").commit(a_run())
    (tmp_path / "run" / "record.json").write_text('{"schema": "chronicle.run/1"')

    with pytest.raises(ProblemsFound, match=r"record\.json:1: not JSON"):
        RunFolder(tmp_path / "run").load()


def test_pins_are_kept_under_their_own_digest(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "dev" / "run")
    pins = Environment(key={"method": {"method_version": 1}}, informative={})
    digest = folder.keep_environment(pins)

    assert hashlib.sha256((tmp_path / "dev" / "env" / f"{digest}.json").read_bytes()).hexdigest() == digest
    assert folder.environment(digest) == pins
