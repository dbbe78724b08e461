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


def arm(name: str, weights: Weights, prompt: Tensor, span: int) -> Arm:
    """The arm of that name behind its prompt. Attention of ours is forced, or summed; transformers chooses its own."""
    if name in PEERS:
        is_static, mode = PEERS[name]
        peer = Peer(llama(weights), prompt, span, is_static, mode)
        return Arm(peer, peer.step, is_captured=mode not in (None, "default") and prompt.is_cuda)
    kind, is_compiled, is_captured = OURS[name]
    attention = "math" if not prompt.is_cuda or weights.shape.head_size % 8 else "flash" if kind is Growing else "efficient"
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


@dataclass(frozen=True)
class Reference:
    """Drawn tokens (batch, steps), their logits in fp32, and the relative errors of plain torch and allowed to an arm."""

    drawn: Tensor
    expected: Tensor
    plain_error: float
    allowed: float


def reference(weights: Weights, prompt: Tensor, steps: int, sequences: int = 2, seed: int = 1) -> Reference:
    """The same tokens each time, at once in fp32 and in the precision of the weights: errors grow from layer to layer, and an
    arm may be off twice as far as plain torch, which is how FlashAttention's tests hold a kernel to it (Dao et al., 2022)."""
    source = torch.Generator(prompt.device).manual_seed(seed)
    drawn = torch.randint(weights.shape.vocabulary, (len(prompt), steps), device=prompt.device, generator=source)
    whole = torch.cat((prompt, drawn), 1)[:sequences]
    with forced("math"):
        plain, expected = (prompt_logits(weights, whole, kind, last=steps) for kind in (None, torch.float32))
    off = float((plain - expected).norm() / expected.norm())
    return Reference(drawn, expected, off, max(1e-2, 2 * off))


def teacher_forced(one: Arm, exact: Reference) -> tuple[float, float, float]:
    """Decode the drawn tokens through the very call that is timed: error of the logits, and tokens chosen alike, and as good.

    As good is in fp32, to within the error allowed: random weights have many near ties, and the greatest of V errors, which
    picks the token, is some √(2·ln V) deviations from none.
    """
    decoder, expected = one.decoder, exact.expected
    decoder.keeps_logits = True
    decoder.restart()
    rows = []
    for place in range(exact.drawn.shape[1]):
        decoder.token.copy_(exact.drawn[:, place : place + 1])
        one.call()
        rows.append(decoder.logits[: len(expected)].float())
    found = torch.stack(rows, 1)
    chosen, best = found.argmax(-1, keepdim=True), expected.max(-1, keepdim=True)
    near = 2 * exact.allowed * expected.std() * math.sqrt(2 * math.log(expected.shape[-1]))
    same, as_good = chosen == best.indices, expected.gather(-1, chosen) >= best.values - near
    return float((found - expected).norm() / expected.norm()), float(same.double().mean()), float(as_good.double().mean())
