"""Attention back ends, forced and not hoped for: where the one asked for cannot take a call, nothing is measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

BACKENDS = {
    "math": SDPBackend.MATH,
    "efficient": SDPBackend.EFFICIENT_ATTENTION,
    "flash": SDPBackend.FLASH_ATTENTION,
    "cudnn": SDPBackend.CUDNN_ATTENTION,
}
"""On a GPU ``flash`` is FlashAttention-2 as torch ships it, ``cudnn`` that of the library, of FlashAttention-3's class."""


class BackendMissingError(RuntimeError):
    """The back end that was asked for does not take these tensors here; another would have stepped in silently."""


@contextmanager
def forced(backend: str) -> Iterator[None]:
    """Within the block attention runs by this back end or not at all."""
    with sdpa_kernel(BACKENDS[backend]):
        yield


def require(backend: str, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None, **how: Any) -> None:
    """Raise :class:`BackendMissingError` unless this back end takes the call; ``how`` is what attention is told besides."""
    chosen: object = None
    with forced(backend):
        try:
            chosen = SDPBackend(torch._fused_sdp_choice(query, key, value, attn_mask=bias, **how))
        except RuntimeError as refused:
            chosen = refused
    if chosen != BACKENDS[backend]:
        shape = "×".join(map(str, query.shape))
        raise BackendMissingError(f"attention by {backend} takes no {query.dtype} of {shape} on {query.device}: {chosen}")
