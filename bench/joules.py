"""Joules of a token by the energy counter of the board, in windows that the suite ``sensors`` allows."""

from _step import step

from chronicle import axis, benchmark


@benchmark(title="Energy of a token", control={"model": "8b", "arm": "inductor-graph", "batch": 1})
@axis("model", ["gpt2-124m", "1.2b", "8b"], cpu=["tiny"])
@axis("arm", ["hf-eager", "hf-static-compile", "graph", "inductor-graph"], cpu=["static"])
@axis("batch", [1, 64], cpu=[2])
def joules(device, model, arm, batch):
    prompt, span = (6, 8) if device == "cpu" else (128, 128)
    return step(device, model, arm, batch, prompt, span, energy=True)
