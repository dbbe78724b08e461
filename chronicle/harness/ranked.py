"""The process of a case that runs in several ranks: it starts them through torch's elastic launcher, and answers for them.

The launcher runs in this very process, so that whoever ends it ends the ranks. They get the job in a folder of their own, and
a clean environment: what another launcher left there would be taken for theirs. Rank 0 writes the answer; a rank that fails
writes why, and the launcher ends the others.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chronicle.harness.answering import answer_with

JOB, ANSWER, FAILURES = "job.json", "answer.json", "failed-*.json"
_LEFT_BEHIND = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "GROUP_RANK", "ROLE_RANK", "MASTER_ADDR", "MASTER_PORT")
_LAUNCHERS = ("TORCHELASTIC_", "ROLE_", "GROUP_", "PET_", "SLURM_")
_THREADS = "OMP_NUM_THREADS"


def main() -> None:
    """Measure the job on standard input in as many ranks as its case says."""
    answer_with(together)


def together(job: dict[str, Any]) -> dict[str, Any]:
    """The answer of rank 0, or the first failure of any rank."""
    ranks = int(job["parameters"]["ranks"])
    job = {**job, "chosen": cleaned(ranks)}
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / JOB).write_text(json.dumps(job))
        try:
            _launch(ranks, place)
        except Exception as failure:  # the launcher's own, once every rank has ended
            return {"error": _first_failure(place) or f"the ranks ended: {type(failure).__name__}: {failure}"[:400]}
        return dict(json.loads((place / ANSWER).read_text()))


def cleaned(ranks: int) -> list[str]:
    """Leave nothing of another launcher in the environment, and share the processor's cores among the ranks.

    Returns the variables that were set because nobody had set them.
    """
    for name in list(os.environ):
        if name in _LEFT_BEHIND or name.startswith(_LAUNCHERS):
            del os.environ[name]
    if _THREADS in os.environ:
        return []
    os.environ[_THREADS] = str(max(1, (os.cpu_count() or 1) // ranks))
    return [_THREADS]


def _launch(ranks: int, place: Path) -> None:
    from torch.distributed.run import main as launch

    how = ["--standalone", "--nproc-per-node", str(ranks), "--max-restarts", "0", "--monitor-interval", "0.2"]
    launch([*how, "-m", "chronicle.harness.rank", str(place)])


def _first_failure(place: Path) -> str:
    """What the rank said that failed first; the others fail because it did."""
    found = [json.loads(path.read_text()) for path in place.glob(FAILURES)]
    return str(min(found, key=lambda one: one["ns"])["error"]) if found else ""


if __name__ == "__main__":
    main()
