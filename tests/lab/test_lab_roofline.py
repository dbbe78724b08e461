"""The counts of the lab against those that are published of Llama, and against the floors that follow from them."""

from __future__ import annotations

import pytest
from lab import roofline
from lab.shapes import MODELS

LLAMA_8B = MODELS["8b"]


@pytest.mark.parametrize(("model", "layers", "head"), [("8b", 6.98e9, 0.525e9)])
def test_the_matrices_of_llama_are_counted_as_published(model, layers, head):
    assert roofline.layer_weights(MODELS[model]) == pytest.approx(layers, rel=1e-3)
    assert roofline.head_weights(MODELS[model]) == pytest.approx(head, rel=2e-3)


@pytest.mark.parametrize(("model", "millions"), [("gpt2-124m", 124), ("1.2b", 1236), ("8b", 8030)])
def test_models_have_the_parameters_of_their_names(model, millions):
    assert roofline.parameters(MODELS[model]) / 1e6 == pytest.approx(millions, rel=5e-3)


@pytest.mark.parametrize(("bandwidth", "floor"), [(3.352e12, 4.56e-3), (4.8e12, 3.18e-3)], ids=["h100", "h200"])
def test_a_token_of_the_8b_model_cannot_be_faster_than_its_bytes(bandwidth, floor):
    moved = roofline.decode_bytes(LLAMA_8B, 1, 2047)
    flop = roofline.decode_flop(LLAMA_8B, 1, 2048)
    assert max(flop / 989.4e12, moved / bandwidth) == pytest.approx(floor, rel=2e-3)


@pytest.mark.parametrize(("model", "gigabytes"), [("gpt2-124m", 0.247), ("1.2b", 2.47), ("8b", 15.0)])
def test_the_weights_a_token_reads_are_those_of_the_reference_floors(model, gigabytes):
    assert roofline.decode_bytes(MODELS[model], 1, 0) / 1e9 == pytest.approx(gigabytes, rel=2e-3)


def test_a_token_of_context_costs_its_keys_and_values_once_a_sequence():
    one, more = (roofline.decode_bytes(LLAMA_8B, 4, context) for context in (1000, 1001))
    assert more - one == 4 * 131_072


def test_a_batch_reads_the_weights_once_and_multiplies_them_for_each_sequence():
    assert roofline.decode_bytes(LLAMA_8B, 64, 0) < 1.001 * roofline.decode_bytes(LLAMA_8B, 1, 0)
    assert roofline.decode_flop(LLAMA_8B, 64, 0) == 64 * roofline.decode_flop(LLAMA_8B, 1, 0)


def test_a_long_prompt_is_worth_its_products_and_half_a_square_of_attention():
    flop = roofline.prefill_flop(LLAMA_8B, 1, 4096)
    attention = 32 * roofline.attention_flop(1, 32, 128, 4096, 4096, is_causal=True)
    assert flop == 2 * 4096 * roofline.layer_weights(LLAMA_8B) + attention + 2 * roofline.head_weights(LLAMA_8B)
