"""One token at a time behind a prompt, with the keys and values of all tokens before it: which ingredient makes it fast?

Each arm adds one: a cache of fixed addresses, Inductor, a CUDA graph. Transformers decodes the same weights beside them, as it
is shipped. A step is timed, and the cache really grows: after ``span`` tokens it begins again behind the prompt.
"""

import time

from _step import compile_here, decoder_of, reading, step

from chronicle import axis, benchmark

LADDER = [
    "hf-eager",
    "hf-compile",
    "hf-overhead",
    "hf-static",
    "hf-static-compile",
    "growing",
    "static",
    "inductor",
    "graph",
    "inductor-graph",
]
ON_A_CPU = ["hf-eager", "hf-static", "growing", "static"]


@benchmark(title="A token of a small model", control={"model": "gpt2-124m", "arm": "graph", "batch": 1, "span": 128})
@axis("model", ["gpt2-124m", "1.2b"], cpu=["tiny"])
@axis("arm", LADDER, cpu=ON_A_CPU)
@axis("batch", [1, 8, 64], cpu=[1, 2])
@axis("prompt", [128], cpu=[6])
@axis("span", [64, 128, 512], cpu=[8])
def small(device, model, arm, batch, prompt, span):
    return step(device, model, arm, batch, prompt, span)


@benchmark(
    title="A token of an 8B model",
    devices=["cuda"],
    control={"arm": "inductor-graph", "batch": 1, "prompt": 128},
)
@axis("model", ["8b"])
@axis("arm", ["hf-eager", "hf-static-compile", "graph", "inductor-graph"])
@axis("batch", [1, 8, 64])
@axis("prompt", [128, 2048])
@axis("span", [128])
def large(device, model, arm, batch, prompt, span):
    return step(device, model, arm, batch, prompt, span)


@benchmark(title="Read only: the sum of an array, which bounds what a token can read")
@axis("mebibytes", [8192], cpu=[64])
def roof(device, mebibytes):
    return reading(device, mebibytes)


@benchmark(title="What compiling a loop over a cache does")
@axis("model", ["gpt2-124m"], cpu=["tiny"])
@axis("arm", ["hf-compile", "hf-overhead", "hf-static-compile"], cpu=["hf-eager"])
@axis("tokens", [64, 128], cpu=[8])
def compiling(device, model, arm, tokens):
    """Decode so many tokens in a fresh process and count what the compiler did, and whether it ended in a crash."""
    compile_here()
    import torch
    from lab.shapes import MODELS
    from torch._dynamo.utils import counters, get_compilation_metrics

    decoder, _ = decoder_of(device, MODELS[model], arm, 1, prompt=6 if device == "cpu" else 128, span=tokens)
    began, done = time.perf_counter(), 0
    try:
        while done < tokens:
            decoder.call()
            if device != "cpu":
                torch.cuda.synchronize()
            done += 1
    except RuntimeError as crash:
        print(f"{arm} ended after {done} of {tokens} tokens: {crash}")
    compiled = get_compilation_metrics()
    return {
        "crashes_count": int(done < tokens),
        "tokens_count": done,
        "compilations_count": len(compiled),
        "recompiles_count": sum(one.recompile_reason is not None for one in compiled),
        "graph_breaks_count": sum(counters["graph_break"].values()),
        "first_tokens_seconds": time.perf_counter() - began,
    }
