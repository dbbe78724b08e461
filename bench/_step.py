"""What the suites of decoding share: a step of an arm as work that is checked and counted, and the reading that bounds it."""

import os
import time

from chronicle import Check, Work

CACHE_BYTES = 2**27
CHECKED_STEPS = 48


def compile_here():
    """Compile in this process: threads of a pool of compilers begin and end while samples are taken. Before torch is loaded."""
    os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")


def decoder_of(device, shape, arm, batch, prompt, span):
    """The arm behind a drawn prompt, and its weights. Nothing in this process wants gradients from here on."""
    compile_here()
    import torch
    from lab.arms import arm as arm_of
    from lab.decoder import random_weights

    torch.set_grad_enabled(False)
    weights = random_weights(shape, device, torch.bfloat16)
    source = torch.Generator(device).manual_seed(7)
    drawn = torch.randint(shape.vocabulary, (batch, prompt), device=device, generator=source)
    return arm_of(arm, weights, drawn, span), weights


def step(device, model, arm, batch, prompt, span, energy=False, without=()):
    """The work of one step of an arm over a model (a name, or a shape), its bytes and operations at the middle of the span.

    A whole span is decoded before anything is timed: over a growing cache each length is new once, and libraries plan for it.
    """
    from lab import roofline
    from lab.arms import reference, teacher_forced
    from lab.shapes import MODELS

    shape = MODELS.get(model, model)
    one, weights = decoder_of(device, shape, arm, batch, prompt, span)
    firsts = [seconds_of(device, one.call, calls) for calls in (3, span - 3)]
    context = prompt + (span - 1) / 2
    moved = roofline.decode_bytes(shape, batch, context)
    described = {
        "layers": shape.layers,
        "width": shape.width,
        "parameters": roofline.parameters(shape),
        "step_bytes": moved,
        "context_tokens": context,
    }
    agreement, exact = {}, reference(weights, one.decoder.prompt, min(span, CHECKED_STEPS))

    def error():
        agreement["off"], agreement["same"], agreement["as_good"] = teacher_forced(one, exact)
        return agreement["off"] if agreement["as_good"] >= 0.99 and one.decoder.greatest.isfinite().all() else float("nan")

    return Work(
        one.call,
        bytes=moved,
        flop=roofline.decode_flop(shape, batch, context),
        formula=roofline.DECODER,
        batch=1 if device != "cpu" else None,
        capture="own" if one.is_captured else "eager",
        l2="exceeded" if moved > CACHE_BYTES else "hot",
        energy=energy,
        tokens=batch,
        sequences=batch,
        inputs=(weights.layers[0].qkv, weights.layers[-1].down),
        sizes={name: size for name, size in described.items() if name not in without},
        outcomes={
            "first_calls_seconds": lambda: firsts[0],
            "first_span_seconds": lambda: sum(firsts),
            "logits_error_ratio": lambda: agreement["off"],
            "plain_logits_error_ratio": lambda: exact.plain_error,
            "argmax_agreement_ratio": lambda: agreement["same"],
            "argmax_as_good_ratio": lambda: agreement["as_good"],
        },
        check=Check(
            error=error,
            output=one.decoder.greatest,
            reference="fp32 of the same weights, teacher-forced",
            limit=exact.allowed,
        ),
    )


def seconds_of(device, call, calls):
    """Seconds until so many calls are done on the device."""
    import torch

    began = time.perf_counter()
    for _ in range(calls):
        call()
    if device != "cpu":
        torch.cuda.synchronize()
    return time.perf_counter() - began


def reading(device, mebibytes):
    """The sum of an array: the most that can be read of memory in a second."""
    import torch

    source = torch.randn(mebibytes * 2**18, device=device)
    total = torch.empty((), device=device)
    exact, scale = float(source.double().sum()), float(source.double().abs().sum())
    return Work(
        lambda: torch.sum(source, dim=0, out=total),
        bytes=source.nbytes,
        formula="read/1",
        l2="exceeded" if source.nbytes > CACHE_BYTES else "hot",
        inputs=(source,),
        check=Check(error=lambda: abs(float(total) - exact) / scale, output=total, reference="fp64 sum", limit=1e-5),
    )
