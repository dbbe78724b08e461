"""The lab's decoder against transformers on shared random weights: the same logits, whichever cache holds the keys."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="the lab computes with torch")

from lab.arms import OURS, PEERS, arm, reference, teacher_forced  # noqa: E402
from lab.attention import BackendMissingError, forced, require  # noqa: E402
from lab.decoder import Growing, Static, prompt_logits, random_weights, static_block  # noqa: E402
from lab.shapes import MODELS, Shape, gpt2_like, of_size  # noqa: E402

TINY = MODELS["tiny"]
DEEP = Shape(12, 256, 4, 4, 64, 512, 1024, is_tied=True)
UNGROUPED = Shape(2, 64, 4, 4, 16, 160, 256, is_tied=True)
ON_A_CPU = [name for name, (_, is_compiled, is_captured) in OURS.items() if not is_compiled and not is_captured]


@pytest.fixture(autouse=True)
def one_thread():
    """Two threads wait for each other longer than these shapes take; tests beside these keep theirs."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def close(found, expected):
    return float((found.float() - expected.float()).norm() / expected.float().norm())


def drawn(shape, batch, tokens, seed=3):
    return torch.randint(shape.vocabulary, (batch, tokens), generator=torch.Generator().manual_seed(seed))


def expected_of(weights, tokens):
    pytest.importorskip("transformers", reason="transformers is the peer to agree with; it is in the dev lock")
    from lab.peers import llama

    return llama(weights)(input_ids=tokens).logits


@pytest.mark.parametrize("shape", [TINY, UNGROUPED], ids=["grouped", "ungrouped"])
@pytest.mark.parametrize(("dtype", "limit"), [(torch.float32, 1e-5), (torch.bfloat16, 1e-2)], ids=["fp32", "bf16"])
def test_a_prompt_gives_the_logits_of_transformers(shape, dtype, limit):
    weights, tokens = random_weights(shape, "cpu", dtype), drawn(shape, 2, 24)
    with torch.no_grad():
        assert close(prompt_logits(weights, tokens), expected_of(weights, tokens)) < limit


@pytest.mark.parametrize("kind", [Growing, Static])
@pytest.mark.parametrize("shape", [TINY, UNGROUPED], ids=["grouped", "ungrouped"])
@pytest.mark.parametrize(("dtype", "limit"), [(torch.float32, 1e-5), (torch.bfloat16, 1e-2)], ids=["fp32", "bf16"])
def test_steps_over_either_cache_give_the_logits_of_transformers(kind, shape, dtype, limit):
    weights, tokens = random_weights(shape, "cpu", dtype), drawn(shape, 2, 24)
    with torch.no_grad():
        decoder = kind(weights, tokens[:, :9], 15)
        rows = []
        for place in range(9, 24):
            decoder.token.copy_(tokens[:, place : place + 1])
            decoder.step()
            rows.append(decoder.logits)
        assert close(torch.stack(rows, 1), expected_of(weights, tokens)[:, 9:]) < limit


@pytest.mark.parametrize("shape", [TINY, UNGROUPED], ids=["grouped", "ungrouped"])
def test_a_step_that_a_compiler_gets_has_its_attention_as_sums_and_the_same_logits(shape, monkeypatch):
    weights, tokens = random_weights(shape, "cpu", torch.float32), drawn(shape, 1, 13)
    with torch.no_grad():
        decoder = Static(weights, tokens[:, :9], 4)
        decoder._block = torch.compile(static_block, backend="eager", fullgraph=True, dynamic=False)
        monkeypatch.setattr(torch.nn.functional, "scaled_dot_product_attention", lambda *_, **__: pytest.fail("not as sums"))
        rows = []
        for place in range(9, 13):
            decoder.token.copy_(tokens[:, place : place + 1])
            decoder.step()
            rows.append(decoder.logits)
        monkeypatch.undo()
        assert close(torch.stack(rows, 1), expected_of(weights, tokens)[:, 9:]) < 1e-5


@pytest.mark.parametrize("kind", [Growing, Static])
def test_after_its_span_a_decoder_goes_on_from_the_end_of_the_prompt(kind):
    weights, prompt = random_weights(TINY, "cpu", torch.float32), drawn(TINY, 1, 5)
    with torch.no_grad():
        decoder, first = kind(weights, prompt, 4), drawn(TINY, 1, 1)
        laps = []
        for step in range(8):
            if step % 4 == 0:
                decoder.token.copy_(first)
            decoder.step()
            laps.append(decoder.logits.clone())
    assert all(torch.equal(a, b) for a, b in zip(laps[:4], laps[4:], strict=True))


def test_a_reference_in_fp32_needs_no_second_copy_of_the_weights():
    weights, tokens = random_weights(TINY, "cpu", torch.bfloat16), drawn(TINY, 1, 12)
    with torch.no_grad():
        reference = prompt_logits(weights, tokens, torch.float32)
        assert reference.dtype is torch.float32
        assert 1e-4 < close(prompt_logits(weights, tokens), reference) < 1e-2


@pytest.mark.parametrize("name", ["hf-eager", "hf-static", *ON_A_CPU])
def test_every_arm_of_a_cpu_passes_the_check_it_is_measured_under(name):
    pytest.importorskip("transformers", reason="transformers is the peer to agree with; it is in the dev lock")
    weights, prompt = random_weights(TINY, "cpu", torch.bfloat16), drawn(TINY, 2, 6)
    with torch.no_grad():
        one = arm(name, weights, prompt, 8)
        for _ in range(11):
            one.call()
        exact = reference(weights, prompt, steps=8)
        error, _, as_good = teacher_forced(one, exact)
    assert 1e-3 < error < 2 * exact.plain_error < exact.allowed
    assert as_good == 1.0


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=["fp32", "bf16"])
def test_an_arm_that_reads_another_position_fails_its_check(dtype):
    weights, prompt = random_weights(DEEP, "cpu", dtype), drawn(DEEP, 2, 6)
    with torch.no_grad():
        one = arm("static", weights, prompt, 8)
        exact = reference(weights, prompt, steps=8)
        right, *_ = teacher_forced(one, exact)
        one.decoder.sin.neg_()
        wrong, *_ = teacher_forced(one, exact)
    assert right < exact.allowed < wrong


def test_a_back_end_that_is_not_there_is_refused():
    query = torch.zeros(1, 2, 3, 16)
    with pytest.raises(BackendMissingError, match=r"attention by cudnn takes no torch.float32 of 1×2×3×16 on cpu"):
        require("cudnn", query, query, query)


def test_a_back_end_that_is_there_is_the_one_that_runs():
    query = torch.randn(1, 2, 3, 16)
    require("math", query, query, query)
    with forced("math"):
        assert torch.nn.functional.scaled_dot_product_attention(query, query, query).shape == query.shape


def test_weights_are_random_and_the_same_for_the_same_seed():
    one, again, other = (random_weights(TINY, "cpu", torch.float32, seed) for seed in (0, 0, 1))
    assert torch.equal(one.layers[1].down, again.layers[1].down)
    assert not torch.equal(one.layers[1].down, other.layers[1].down)
    assert float(one.embedding.std()) == pytest.approx(0.02, rel=0.05)


def test_a_shape_of_a_given_size_has_about_that_many_weights_in_its_layers():
    from lab.roofline import layer_weights

    assert all(layer_weights(of_size(1e9, layers)) == pytest.approx(1e9, rel=0.08) for layers in (4, 8, 16, 32, 64))


def test_the_shapes_of_the_first_reports_have_the_parameters_that_they_state():
    from lab.roofline import layer_weights
    from lab.shapes import TR118, TR121

    stated = {"5m": 5.04, "25m": 25.0, "45m": 45.2, "50m": 51.5, "75m": 74.8, "100m": 96.1, "124m": 124.4}
    of_gpt2 = {name: (51_281 * d + layers * (12 * d * d + 13 * d) + 2 * d) / 1e6 for name, (layers, d) in TR118.items()}
    assert all(of_gpt2[name] == pytest.approx(millions, rel=0.002) for name, millions in stated.items())
    assert list(TR121) == ["0.1m", "5m", "25m", "45m", "50m", "75m", "100m"]
    assert layer_weights(gpt2_like(12, 768)) == 12 * 12 * 768**2


def test_every_arm_has_a_name_of_its_own():
    assert not set(PEERS) & set(OURS)
