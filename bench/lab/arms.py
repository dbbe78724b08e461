"""The arms of a comparison by their names: which decoder, which cache, compiled or not, captured or not."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from chronicle.harness.timers import captured
from lab.attention import forced, require
from lab.decoder import Growing, Static, Weights, prompt_logits
from lab.peers import Peer, llama

PEERS = {
    "hf-eager": (False, None),
    "hf-compile": (False, "default"),
    "hf-overhead": (False, "reduce-overhead"),
    "hf-static": (True, None),
    "hf-static-compile": (True, "automatic"),
}
"""Transformers: whether the cache is static, and how it is compiled."""

OURS = {
    "growing": (Growing, False, False),
    "static": (Static, False, False),
    "inductor": (Static, True, False),
    "graph": (Static, False, True),
    "inductor-graph": (Static, True, True),
}
"""Ours, one ingredient after another: the decoder, whether Inductor compiles it, whether a CUDA graph holds the step."""


@dataclass(frozen=True)
class Arm:
    """A decoder ready to decode: ``call`` decodes one token of each sequence; ``captured`` says that it replays graphs."""

    decoder: Any
    call: Callable[[], Any]
    is_captured: bool


def arm(name: str, weights: Weights, prompt: Tensor, span: int, attention: str | None = None) -> Arm:
    """The arm of that name behind its prompt. ``attention`` is the back end of ours; transformers chooses as it is shipped."""
    if name in PEERS:
        is_static, mode = PEERS[name]
        peer = Peer(llama(weights), prompt, span, is_static, mode)
        return Arm(peer, peer.step, is_captured=mode not in (None, "default") and prompt.is_cuda)
    kind, is_compiled, is_captured = OURS[name]
    if attention is None:
        is_fit = prompt.is_cuda and weights.shape.head_size % 8 == 0
        attention = "math" if not is_fit else "flash" if kind is Growing else "efficient"
    decoder = kind(weights, prompt, span, True) if is_compiled else kind(weights, prompt, span)
    require(attention, *_shapes(weights, prompt, decoder))

    def step() -> None:
        with forced(attention):
            decoder.step()

    return Arm(decoder, captured(torch, step, 1) if is_captured else step, is_captured)


def _shapes(weights: Weights, prompt: Tensor, decoder: Any) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """Query, key, value and bias as a step has them."""
    shape, kind = weights.shape, {"device": prompt.device, "dtype": weights.head.dtype}
    query = torch.empty(len(prompt), shape.kv_heads, shape.heads // shape.kv_heads, shape.head_size, **kind)
    if isinstance(decoder, Static):
        return query, decoder.keys[0], decoder.values[0], decoder.bias[decoder.at]
    cache = torch.empty(len(prompt), shape.kv_heads, prompt.shape[1] + 1, shape.head_size, **kind)
    return query, cache, cache, None


def rounding(layers: int) -> float:
    """Relative error that bf16 may leave in the logits: two additions to the residual a layer, each rounded to 2⁻⁸."""
    return max(1e-2, 2**-8 * (2 * layers) ** 0.5)


def teacher_forced(one: Arm, weights: Weights, steps: int, sequences: int = 2, seed: int = 1) -> tuple[float, float, float]:
    """Decode drawn tokens with the arm, through the very call that is timed, and the same at once in fp32.

    Gives the relative error of the logits, the share of tokens for which both choose the same, and the share for which the
    arm's choice is in fp32 as good as the best to within the rounding: random weights have many near ties. The greatest of
    V errors, and the greatest picks the token, is some √(2·ln V) deviations from none.
    """
    decoder, prompt = one.decoder, one.decoder.prompt
    source = torch.Generator(prompt.device).manual_seed(seed)
    drawn = torch.randint(weights.shape.vocabulary, (len(prompt), steps), device=prompt.device, generator=source)
    decoder.keeps_logits = True
    decoder.restart()
    rows = []
    for place in range(steps):
        decoder.token.copy_(drawn[:, place : place + 1])
        one.call()
        rows.append(decoder.logits[:sequences].float())
    found = torch.stack(rows, 1)
    with forced("math"):
        whole = torch.cat((prompt, drawn), 1)[:sequences]
        expected = prompt_logits(weights, whole, torch.float32, last=steps)
    chosen, best = found.argmax(-1, keepdim=True), expected.max(-1, keepdim=True)
    near = 2 * rounding(weights.shape.layers) * expected.std() * math.sqrt(2 * math.log(weights.shape.vocabulary))
    same = (chosen == best.indices).double().mean()
    as_good = (expected.gather(-1, chosen) >= best.values - near).double().mean()
    return float((found - expected).norm() / expected.norm()), float(same), float(as_good)
