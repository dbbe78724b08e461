"""What a step must compute and move at least, counted from the shape; an embedding is looked up and not multiplied.

The rule of a count is its ``formula``: a page that compares two numbers must know that they were counted alike.
"""

from __future__ import annotations

from lab.shapes import Shape

DECODER = "decoder/1"


def layer_weights(shape: Shape) -> int:
    """Weights in the matrices of all layers: L(2·d·H·d_h + 2·d·H_kv·d_h + 3·d·f)."""
    attention = 2 * shape.width * shape.head_size * (shape.heads + shape.kv_heads)
    return shape.layers * (attention + 3 * shape.width * shape.ffn)


def head_weights(shape: Shape) -> int:
    """Weights of the matrix that gives the logits: V·d."""
    return shape.vocabulary * shape.width


def parameters(shape: Shape) -> int:
    """All parameters: layers, norms, embedding, and the head where it is not the embedding itself."""
    norms = (2 * shape.layers + 1) * shape.width
    return layer_weights(shape) + norms + head_weights(shape) * (1 if shape.is_tied else 2)


def prefill_flop(shape: Shape, batch: int, prompt: int) -> int:
    """Operations of a causal prompt: B[2·N_mm·S + 2·L·H·d_h·S² + 2·N_lm]; logits are wanted at its end only."""
    attention = 2 * shape.layers * shape.heads * shape.head_size * prompt**2
    return batch * (2 * layer_weights(shape) * prompt + attention + 2 * head_weights(shape))


def decode_flop(shape: Shape, batch: int, context: float) -> int:
    """Operations of one token of each sequence: B(2·N_mm + 2·N_lm) + 4·L·H·d_h·B·context."""
    attention = 4 * shape.layers * shape.heads * shape.head_size * batch * context
    return round(batch * 2 * (layer_weights(shape) + head_weights(shape)) + attention)


def decode_bytes(shape: Shape, batch: int, context: float, weight_b: int = 2, kv_b: int = 2) -> int:
    """Bytes of one token of each sequence: w(N_mm + N_lm) + 2·L·H_kv·d_h·k·B(context + 1).

    ``context`` is the mean number of tokens that were there before: all keys and values are read, and one of each written.
    """
    cache = 2 * shape.layers * shape.kv_heads * shape.head_size * kv_b * batch * (context + 1)
    return round(weight_b * (layer_weights(shape) + head_weights(shape)) + cache)


def attention_flop(batch: int, heads: int, head_size: int, queries: int, keys: int, is_causal: bool) -> int:
    """Operations of attention alone, 4·B·H·d_h·queries·keys; a causal square needs half of them, and is counted so."""
    return 4 * batch * heads * head_size * queries * keys // (2 if is_causal else 1)
