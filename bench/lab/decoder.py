"""A Llama-like decoder in plain functions: weights, a block, caches, a prompt, and one step that can be captured in a graph.

A step advances by itself: its position lies on the device, goes up by one, and returns to the end of the prompt after ``span``
tokens. So the same call, repeated or replayed, decodes with a cache that really grows, and never asks the host.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from lab.shapes import Shape

EPSILON, BASE = 1e-5, 10_000.0


@dataclass(frozen=True)
class Layer:
    """The weights of a block; queries, keys and values are one matrix, and so are gate and up: fewer, larger products."""

    norm: Tensor
    qkv: Tensor
    out: Tensor
    ffn_norm: Tensor
    gate_up: Tensor
    down: Tensor

    def to(self, dtype: torch.dtype) -> Layer:
        return Layer(*(getattr(self, name).to(dtype) for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Weights:
    shape: Shape
    embedding: Tensor
    layers: list[Layer]
    norm: Tensor
    head: Tensor


def random_weights(shape: Shape, device: str, dtype: torch.dtype, seed: int = 0) -> Weights:
    """Weights drawn from N(0, 0.02), norms around 1: zeros, or a constant, would draw less power and run faster.

    The two matrices that add to the residual are smaller by √(2·layers), as GPT-2's were at the start (Radford et al., 2019):
    without that each layer amplifies the rounding of those before, and a deep model in bf16 is off by more, whoever runs it.
    """
    source = torch.Generator(device).manual_seed(seed)
    residual = 0.02 / math.sqrt(2 * shape.layers)

    def drawn(*size: int, deviation: float = 0.02) -> Tensor:
        return torch.empty(*size, device=device, dtype=dtype).normal_(0.0, deviation, generator=source)

    def layer() -> Layer:
        return Layer(
            norm=1 + drawn(shape.width),
            qkv=drawn((shape.heads + 2 * shape.kv_heads) * shape.head_size, shape.width),
            out=drawn(shape.width, shape.heads * shape.head_size, deviation=residual),
            ffn_norm=1 + drawn(shape.width),
            gate_up=drawn(2 * shape.ffn, shape.width),
            down=drawn(shape.width, shape.ffn, deviation=residual),
        )

    embedding = drawn(shape.vocabulary, shape.width)
    head = embedding if shape.is_tied else drawn(shape.vocabulary, shape.width)
    return Weights(shape, embedding, [layer() for _ in range(shape.layers)], 1 + drawn(shape.width), head)


def rotary(shape: Shape, positions: Tensor) -> tuple[Tensor, Tensor]:
    """Cosines and sines of rotary positions (Su et al., RoFormer, 2021), each of shape (positions, head size), in fp32."""
    size = shape.head_size
    frequencies = BASE ** (-torch.arange(0, size, 2, device=positions.device, dtype=torch.float32) / size)
    angles = positions.float()[:, None] * frequencies
    return torch.cat((angles, angles), -1).cos(), torch.cat((angles, angles), -1).sin()


def rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat((-second, first), -1) * sin


def norm(x: Tensor, weight: Tensor) -> Tensor:
    return functional.rms_norm(x, (x.shape[-1],), weight, EPSILON)


def heads_of(shape: Shape, layer: Layer, x: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, keys and values of x (batch, tokens, width), each (batch, heads, tokens, head size), turned to their places."""
    counts = (shape.heads, shape.kv_heads, shape.kv_heads)
    parts = functional.linear(norm(x, layer.norm), layer.qkv).split([n * shape.head_size for n in counts], -1)
    query, key, value = (
        part.unflatten(-1, (n, shape.head_size)).transpose(1, 2) for part, n in zip(parts, counts, strict=True)
    )
    return rotated(query, cos, sin), rotated(key, cos, sin), value


def after_attention(layer: Layer, x: Tensor, attended: Tensor) -> Tensor:
    """The rest of a block: output matrix and gated FFN, each added to the residual."""
    x = x + functional.linear(attended, layer.out)
    gate, up = functional.linear(norm(x, layer.ffn_norm), layer.gate_up).chunk(2, -1)
    return x + functional.linear(functional.silu(gate) * up, layer.down)


def step_block(
    shape: Shape, layer: Layer, x: Tensor, cos: Tensor, sin: Tensor, append: Callable[..., Any], bias: Tensor | None
) -> Tensor:
    """A block for one token of each sequence, (batch, 1, width); queries of one key-value head are rows of one attention."""
    query, key, value = heads_of(shape, layer, x, cos, sin)
    keys, values = append(key, value)
    grouped = query.reshape(-1, shape.kv_heads, shape.heads // shape.kv_heads, shape.head_size)
    attend = summed if torch.compiler.is_compiling() and len(x) == 1 else functional.scaled_dot_product_attention
    return after_attention(layer, x, attend(grouped, keys, values, bias).reshape(x.shape[0], 1, -1))


def summed(query: Tensor, keys: Tensor, values: Tensor, bias: Any) -> Tensor:
    """Attention of one sequence as sums for a compiler to fuse: a kernel for tiles of queries would keep few blocks busy."""
    scores = (query.unsqueeze(-2).float() * keys.unsqueeze(-3)).sum(-1) / math.sqrt(query.shape[-1]) + bias
    return (scores.softmax(-1).unsqueeze(-1) * values.unsqueeze(-3)).sum(-2).to(query.dtype)


def static_block(
    shape: Shape, layer: Layer, x: Tensor, cos: Tensor, sin: Tensor, keys: Tensor, values: Tensor, at: Tensor, bias: Tensor
) -> Tensor:
    """:func:`step_block` over a cache whose addresses never change; what a compiler gets as one region, for all layers."""

    def append(key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        return keys.index_copy_(2, at, key), values.index_copy_(2, at, value)

    return step_block(shape, layer, x, cos, sin, append, bias)


def choose(x: Tensor, weight: Tensor, head: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Logits (batch, vocabulary) of the last token, the greatest of them, and the token it belongs to (batch, 1)."""
    logits = functional.linear(norm(x[:, -1], weight), head)
    greatest, token = logits.max(-1, keepdim=True)
    return logits, greatest, token


def prompt_logits(
    weights: Weights, tokens: Tensor, dtype: torch.dtype | None = None, keep: Callable[..., None] | None = None, last: int = 0
) -> Tensor:
    """Logits (batch, tokens, vocabulary) of a whole sequence, or of its ``last`` tokens.

    ``dtype`` computes in another precision, layer by layer, so that an fp32 reference of a large model needs no second copy of
    it. ``keep(layer, keys, values)`` is given each cache.
    """
    shape, dtype = weights.shape, dtype or weights.head.dtype
    cos, sin = (part.to(dtype) for part in rotary(shape, torch.arange(tokens.shape[1], device=tokens.device)))
    x = weights.embedding[tokens].to(dtype)
    for number, layer in enumerate(weights.layers):
        layer = layer.to(dtype)
        query, key, value = heads_of(shape, layer, x, cos, sin)
        if keep is not None:
            keep(number, key, value)
        key, value = (part.repeat_interleave(shape.heads // shape.kv_heads, 1) for part in (key, value))
        attended = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = after_attention(layer, x, attended.transpose(1, 2).flatten(2))
    return functional.linear(norm(x[:, -last:], weights.norm.to(dtype)), weights.head.to(dtype))


class Decoder:
    """What both decoders hold: their prompt, the places they turn to, and per sequence the greatest logit and its token."""

    def __init__(self, weights: Weights, prompt: Tensor, places: int) -> None:
        self.weights, self.prompt, dtype = weights, prompt, weights.head.dtype
        cos, sin = rotary(weights.shape, torch.arange(places, device=prompt.device))
        self.cos, self.sin = cos.to(dtype), sin.to(dtype)
        self.greatest = torch.empty(len(prompt), 1, device=prompt.device, dtype=dtype)
        self.token = torch.empty(len(prompt), 1, device=prompt.device, dtype=torch.long)
        self.logits = self.greatest

    def restart(self) -> None:
        """Read the prompt again; the next step decodes the token behind it."""
        self.token.copy_(prompt_logits(self.weights, self.prompt, keep=self._keep, last=1).argmax(-1))

    _keep: Callable[[int, Tensor, Tensor], None]

    def _take(self, chosen: tuple[Tensor, Tensor, Tensor]) -> None:
        self.logits = chosen[0]
        self.greatest.copy_(chosen[1])
        self.token.copy_(chosen[2])


class Growing(Decoder):
    """A decoder whose cache gets longer with each token, and with it every shape: the way of an eager loop."""

    def __init__(self, weights: Weights, prompt: Tensor, span: int) -> None:
        super().__init__(weights, prompt, prompt.shape[1] + span)
        self.caches: list[list[Tensor]] = [[] for _ in weights.layers]
        self.restart()

    def _keep(self, number: int, key: Tensor, value: Tensor) -> None:
        self.caches[number] = [key, value]

    def step(self) -> None:
        """Decode one token of each sequence."""
        length, begin = self.caches[0][0].shape[2], self.prompt.shape[1]
        if length == len(self.cos):
            self.caches = [[part[:, :, :begin] for part in cache] for cache in self.caches]
            length = begin
        x, at = self.weights.embedding[self.token], slice(length, length + 1)
        for cache, layer in zip(self.caches, self.weights.layers, strict=True):
            x = step_block(self.weights.shape, layer, x, self.cos[at], self.sin[at], partial(_grown, cache), None)
        self._take(choose(x, self.weights.norm, self.weights.head))


def _grown(cache: list[Tensor], key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
    cache[:] = [torch.cat(pair, 2) for pair in zip(cache, (key, value), strict=True)]
    return cache[0], cache[1]


class Static(Decoder):
    """A decoder whose cache has its full length from the start, at addresses that never change; a bias hides what is not
    there yet. ``is_compiled`` gives the block and the choice of a token to Inductor, as two regions that all layers share.
    """

    def __init__(self, weights: Weights, prompt: Tensor, span: int, is_compiled: bool = False) -> None:
        begin, shape = prompt.shape[1], weights.shape
        capacity = 16 * math.ceil((begin + span) / 16)  # a bias is read in units of 16 bytes
        super().__init__(weights, prompt, capacity)
        size, like = (len(prompt), shape.kv_heads, capacity, shape.head_size), self.greatest
        self.keys, self.values = ([like.new_zeros(size) for _ in weights.layers] for _ in range(2))
        places = torch.arange(capacity, device=prompt.device)
        self.bias = like.new_zeros(capacity, capacity).masked_fill_(places[None, :] > places[:, None], -math.inf)
        self.following = torch.where(places + 1 < begin + span, places + 1, begin)
        self.at = places[begin : begin + 1].clone()
        options = {"coordinate_descent_tuning": True, "max_autotune_pointwise": True} if prompt.is_cuda else {}
        compiled = partial(torch.compile, fullgraph=True, dynamic=False, options=options) if is_compiled else lambda one: one
        self._block, self._choose = compiled(static_block), compiled(choose)
        self.restart()

    def restart(self) -> None:
        super().restart()
        self.at.fill_(self.prompt.shape[1])

    def _keep(self, number: int, key: Tensor, value: Tensor) -> None:
        self.keys[number][:, :, : key.shape[2]], self.values[number][:, :, : key.shape[2]] = key, value

    def step(self) -> None:
        """Decode one token of each sequence: the same addresses and shapes each time, so a graph may hold it."""
        weights, at = self.weights, self.at
        x, cos, sin, bias = weights.embedding[self.token], self.cos[at], self.sin[at], self.bias[at]
        for layer, keys, values in zip(weights.layers, self.keys, self.values, strict=True):
            x = self._block(weights.shape, layer, x, cos, sin, keys, values, at, bias)
        self._take(self._choose(x, weights.norm, weights.head))
        at.copy_(self.following[at])
