"""The shapes of the models: how many layers, how wide, how many heads. Weights are random, so a shape is all a model is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """A Llama-like decoder: gated FFN, RMS norm, rotary positions; ``kv_heads`` below ``heads`` is grouped-query attention."""

    layers: int
    width: int
    heads: int
    kv_heads: int
    head_size: int
    ffn: int
    vocabulary: int
    is_tied: bool = False


LLAMA, GPT2 = 128_256, 50_257  # vocabularies

MODELS = {
    "tiny": Shape(2, 64, 4, 2, 16, 160, 256),
    "gpt2-124m": Shape(12, 768, 12, 12, 64, 2048, GPT2, is_tied=True),
    "1.2b": Shape(16, 2048, 32, 8, 64, 8192, LLAMA, is_tied=True),
    "8b": Shape(32, 4096, 32, 8, 128, 14336, LLAMA),
}
"""``gpt2-124m`` has the layers, width and parameters of GPT-2, but Llama's blocks: its FFN is 8/3 of the width, thrice."""


def gpt2_like(layers: int, width: int, vocabulary: int = GPT2) -> Shape:
    """A shape with the layers, the width and the parameters of a GPT-2, in Llama's blocks; heads of 64 where they fit."""
    heads = max(1, width // 64)
    while width % (2 * heads):  # rotary positions turn pairs
        heads -= 1
    return Shape(layers, width, heads, heads, width // heads, round(8 * width / 3), vocabulary, is_tied=True)


TR121 = {
    "0.1m": (2, 2),
    "5m": (12, 80),
    "25m": (3, 384),
    "45m": (6, 512),
    "50m": (8, 512),
    "75m": (5, 768),
    "100m": (8, 768),
}
"""TR121's seven, as (layers, width), from the parameter counts it states: GPT-2's formula has one answer for each."""

TR118 = TR121 | {"0.8m": (2, 16), "11m": (3, 192), "124m": (12, 768), "355m": (24, 1024)}
"""TR118's nine in the same way, GPT-2 medium above them, and one below them that every attention back end takes."""


def of_size(parameters: float, layers: int, vocabulary: int = LLAMA) -> Shape:
    """The shape whose layers hold ``parameters``, 12 · width² each, the width a multiple of 64; the head comes on top."""
    width = 64 * max(1, round((parameters / (12 * layers)) ** 0.5 / 64))
    ffn = 64 * max(1, round(8 * width / 3 / 64))
    return Shape(layers, width, width // 64, width // 64, 64, ffn, vocabulary, is_tied=True)
