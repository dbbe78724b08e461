"""Transformers as the peer: its Llama on our weights, without a copy of them, with each of its caches and ways to compile."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from lab.decoder import BASE, EPSILON, Weights


def llama(weights: Weights) -> Any:
    """``LlamaForCausalLM`` whose parameters are views of our weights. Raises ImportError without transformers."""
    from transformers import LlamaConfig, LlamaForCausalLM
    from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

    shape = weights.shape
    config = LlamaConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.width,
        intermediate_size=shape.ffn,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        head_dim=shape.head_size,
        rms_norm_eps=EPSILON,
        rope_parameters={"rope_type": "default", "rope_theta": BASE},
        tie_word_embeddings=shape.is_tied,
        attn_implementation="sdpa",
    )
    with torch.device("meta"):
        model = LlamaForCausalLM(config)
    model.load_state_dict(_named(weights), assign=True)
    model.model.rotary_emb = LlamaRotaryEmbedding(config).to(weights.head.device)
    return model.eval().requires_grad_(False)


def _named(weights: Weights) -> dict[str, Tensor]:
    """Our weights by the names of transformers; what we hold as one matrix is cut into views."""
    shape = weights.shape
    rows = [shape.heads * shape.head_size, shape.kv_heads * shape.head_size, shape.kv_heads * shape.head_size]
    named = {"model.embed_tokens.weight": weights.embedding, "model.norm.weight": weights.norm, "lm_head.weight": weights.head}
    for number, layer in enumerate(weights.layers):
        query, key, value = layer.qkv.split(rows)
        gate, up = layer.gate_up.chunk(2)
        parts = {
            "input_layernorm": layer.norm,
            "self_attn.q_proj": query,
            "self_attn.k_proj": key,
            "self_attn.v_proj": value,
            "self_attn.o_proj": layer.out,
            "post_attention_layernorm": layer.ffn_norm,
            "mlp.gate_proj": gate,
            "mlp.up_proj": up,
            "mlp.down_proj": layer.down,
        }
        named |= {f"model.layers.{number}.{name}.weight": part for name, part in parts.items()}
    return named


class Peer:
    """A decoding loop over a model of transformers, with the same beginning, span and choice of tokens as ours.

    Its cache is rewound or cropped once in ``span`` steps. ``mode`` is torch.compile's, or ``automatic``: that of ``generate``.
    """

    def __init__(self, model: Any, prompt: Tensor, span: int, is_static: bool, mode: str | None = None) -> None:
        from transformers import DynamicCache, StaticCache

        self.model, self.prompt, self.span, self.is_static = model, prompt, span, is_static
        kind, room = (StaticCache, {"max_cache_len": prompt.shape[1] + span}) if is_static else (DynamicCache, {})
        self._new = lambda: kind(config=model.config, **room)
        self.forward = model
        if mode is not None:
            self.forward = model.get_compiled_call(None) if mode == "automatic" else torch.compile(model, mode=mode)
        self.cache, self.done = self._new(), 0
        self.greatest = torch.empty(len(prompt), 1, device=prompt.device, dtype=model.dtype)
        self.token = torch.empty(len(prompt), 1, device=prompt.device, dtype=torch.long)
        self.logits: Tensor = self.greatest
        self.keeps_logits = False
        self.restart()

    def restart(self) -> None:
        """Read the prompt again, uncompiled, as ``generate`` does; the next step decodes the token behind it."""
        if self.is_static and self.done:
            self.cache.reset()  # a graph may hold its addresses
        elif self.done:
            self.cache = self._new()
        found = self.model(input_ids=self.prompt, past_key_values=self.cache, use_cache=True, logits_to_keep=1)
        self.token.copy_(found.logits.argmax(-1))
        self.done = 0

    def step(self) -> None:
        """Decode one token of each sequence."""
        if self.done == self.span:
            self._rewind()
        logits = self.forward(input_ids=self.token, past_key_values=self.cache, use_cache=True).logits[:, -1]
        greatest, token = logits.max(-1, keepdim=True)
        self.greatest.copy_(greatest)
        self.token.copy_(token)
        if self.keeps_logits:
            self.logits = logits.clone()  # the next replay writes over them
        self.done += 1

    def _rewind(self) -> None:
        self.done = 0
        if not self.is_static:
            self.cache.crop(-self.span)
            return
        for layer in self.cache.layers:
            layer.cumulative_length.fill_(self.prompt.shape[1])
