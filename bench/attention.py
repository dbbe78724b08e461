"""Attention by each back end of torch, beside the linear layers; and small models on a GPU beside ONNX Runtime on its host.

Two crossovers: the context at which attention takes as long as the linear layers of its block, and the parameters at which a
prompt on the GPU takes as long as on the processor. A causal square counts half of its operations.
"""

from chronicle import Check, Work, axis, benchmark

SHAPES = ["0.8m", "5m", "11m", "25m", "45m", "50m", "75m", "100m", "124m", "355m"]
HEADS, KV_HEADS, LIMIT = 32, 8, 1.5e-2


@benchmark(title="Causal attention of a prompt", control={"backend": "flash", "head_size": 128, "context": 4096})
@axis("backend", ["efficient", "flash", "cudnn"], cpu=["flash"])
@axis("head_size", [64, 128], cpu=[16])
@axis("context", [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536], cpu=[64])
def prompt(device, backend, head_size, context):
    return attended(device, backend, head_size, context)


@benchmark(title="Causal attention of a prompt, written out")
@axis("backend", ["math"])
@axis("head_size", [64, 128], cpu=[16])
@axis("context", [512, 1024, 2048, 4096, 8192], cpu=[64])
def written_out(device, backend, head_size, context):
    """Its scores are a matrix of the context squared, so it ends where that no longer fits."""
    return attended(device, backend, head_size, context)


@benchmark(title="Linear layers of a block of the 8B model")
@axis("context", [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536], cpu=[64])
def linear(device, context):
    import torch
    from lab.shapes import MODELS, Shape

    torch.set_grad_enabled(False)
    shape = MODELS["8b"] if device != "cpu" else Shape(1, 64, 4, 2, 16, 160, 256)
    sizes = [
        (shape.width, (shape.heads + 2 * shape.kv_heads) * shape.head_size),
        (shape.heads * shape.head_size, shape.width),
        (shape.width, 2 * shape.ffn),
        (shape.ffn, shape.width),
    ]
    kind = {"device": device, "dtype": torch.bfloat16}
    pairs = [(torch.randn(context, k, **kind), 0.02 * torch.randn(k, n, **kind)) for k, n in sizes]
    outputs = [torch.empty(context, n, **kind) for _, n in sizes]

    def call():
        for (x, weight), out in zip(pairs, outputs, strict=True):
            torch.mm(x, weight, out=out)

    def error():
        exact = pairs[2][0][:64].double() @ pairs[2][1].double()
        return float((outputs[2][:64].double() - exact).norm() / exact.norm())

    return Work(
        call,
        flop=sum(2 * context * k * n for k, n in sizes),
        formula="linear/1",
        inputs=[x for x, _ in pairs],
        check=Check(error=error, output=outputs[2], reference="fp64 on 64 rows", limit=LIMIT, precision="bf16"),
    )


@benchmark(title="Attention of one token to a long context")
@axis("backend", ["math", "efficient", "flash", "cudnn"], cpu=["math"])
@axis("context", [512, 2048, 8192, 32768, 65536], cpu=[64])
def token(device, backend, context):
    """Queries that share keys and values are rows of one attention; FlashAttention-2 splits the keys among blocks by itself."""
    import torch

    kind = {"device": device, "dtype": torch.bfloat16}
    query = torch.randn(1, KV_HEADS, HEADS // KV_HEADS, 128, **kind)
    key, value = (torch.randn(1, KV_HEADS, context, 128, **kind) for _ in range(2))
    return by_backend(backend, query, key, value, is_causal=False, moved=2 * key.nbytes)


def attended(device, backend, head_size, context):
    import torch

    kind = {"device": device, "dtype": torch.bfloat16}
    heads = HEADS if device != "cpu" else 2
    parts = [torch.randn(1, heads, context, head_size, **kind) for _ in range(3)]
    return by_backend(backend, *parts, is_causal=True)


def by_backend(backend, query, key, value, is_causal, moved=None):
    """Attention by one back end or not at all, checked against fp32 written out, on the first head."""
    import torch
    from lab.attention import forced, require
    from lab.roofline import attention_flop

    torch.set_grad_enabled(False)
    require(backend, query, key, value, is_causal=is_causal)
    result = torch.empty_like(query)

    def call():
        with forced(backend):
            result.copy_(torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=is_causal))

    def error():
        rows = min(query.shape[2], 256)
        last = slice(query.shape[2] - rows, None)
        scores = query[:, 0, last].float() @ key[:, 0].float().mT / query.shape[-1] ** 0.5
        if is_causal:
            places = torch.arange(key.shape[2], device=key.device)
            scores.masked_fill_(places[None, :] > places[last][:, None], float("-inf"))
        exact = scores.softmax(-1) @ value[:, 0].float()
        whole = bool(result.isfinite().all())
        return float((result[:, 0, last].float() - exact).norm() / exact.norm()) if whole else float("nan")

    batch, heads, queries, head_size = query.shape
    return Work(
        call,
        flop=attention_flop(batch, heads, head_size, queries, key.shape[2], is_causal),
        bytes=moved,
        formula="attention/1",
        inputs=(query, key, value),
        check=Check(error=error, output=result, reference="fp32 written out", limit=LIMIT, precision="bf16"),
    )


@benchmark(title="A short prompt of a small model on the GPU", control={"shape": "100m", "backend": "math", "capture": "eager"})
@axis("shape", SHAPES, cpu=["5m"])
@axis("backend", ["math", "flash"], cpu=["math"])
@axis("capture", ["eager", "graph"], cpu=["eager"])
@axis("tokens", [8, 32], cpu=[8])
def on_device(device, shape, backend, capture, tokens):
    import torch
    from lab.attention import forced
    from lab.decoder import prompt_logits, random_weights

    kind = torch.float32 if backend == "math" and device == "cpu" else torch.bfloat16
    small, drawn, sizes, flop = short_prompt(device, shape, tokens)
    weights = random_weights(small, device, kind)
    logits = torch.empty(1, tokens, small.vocabulary, device=device, dtype=kind)

    def call():
        with forced(backend):
            logits.copy_(prompt_logits(weights, drawn))

    def error():
        with forced("math"):
            exact = prompt_logits(weights, drawn, torch.float32)
        return float((logits.float() - exact).norm() / exact.norm())

    check = Check(error=error, output=logits, reference="fp32 of the same weights", limit=2**-8 * (2 * small.layers) ** 0.5)
    return Work(call, flop=flop, formula="decoder/1", capture=capture, inputs=(weights.embedding,), sizes=sizes, check=check)


@benchmark(title="A short prompt of a small model by ONNX Runtime on the processor")
@axis("shape", SHAPES, cpu=["5m"])
@axis("tokens", [8, 32], cpu=[8])
def on_processor(device, shape, tokens):
    """The same weights in fp32, exported by torch. Without ONNX the case has an error that says how to get it."""
    import torch
    from lab.decoder import prompt_logits, random_weights

    try:
        import onnx  # noqa: F401  # what torch exports with
        from onnxruntime import InferenceSession, SessionOptions
    except ImportError as missing:
        raise RuntimeError(f"{missing.name} is not installed (pip install onnx onnxruntime)") from None
    small, drawn, sizes, flop = short_prompt("cpu", shape, tokens)
    weights = random_weights(small, "cpu", torch.float32)
    exact = prompt_logits(weights, drawn)
    options = SessionOptions()
    options.intra_op_num_threads = min(16, torch.get_num_threads())
    session = InferenceSession(exported(weights, drawn), options, providers=["CPUExecutionProvider"])
    fed, logits = {"tokens": drawn.numpy()}, torch.empty_like(exact)
    check = Check(
        error=lambda: float((logits - exact).norm() / exact.norm()),
        output=logits,
        reference="the same weights by torch",
        limit=1e-4,
    )
    return Work(
        lambda: logits.copy_(torch.from_numpy(session.run(None, fed)[0])),
        flop=flop,
        formula="decoder/1",
        on_host=True,
        inputs=(weights.embedding,),
        sizes=sizes,
        check=check,
    )


def short_prompt(device, shape, tokens):
    """The shape by its name, a drawn prompt, the sizes of the case and its operations; logits are taken of every token."""
    import torch
    from lab import roofline
    from lab.shapes import TR118, gpt2_like

    torch.set_grad_enabled(False)
    small = gpt2_like(*TR118[shape])
    drawn = torch.randint(small.vocabulary, (1, tokens), generator=torch.Generator().manual_seed(7)).to(device)
    flop = roofline.prefill_flop(small, 1, tokens) + 2 * (tokens - 1) * roofline.head_weights(small)
    return small, drawn, {"parameters": roofline.parameters(small), "layers": small.layers}, flop


def exported(weights, drawn):
    """The model as ONNX, its weights inside. RMS norm is written out: the exporter has no operator for it."""
    import io

    import torch
    from lab import decoder

    class Model(torch.nn.Module):
        def forward(self, tokens):
            return decoder.prompt_logits(weights, tokens)

    kept = decoder.norm
    decoder.norm = lambda x, weight: x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + decoder.EPSILON) * weight
    try:
        file = io.BytesIO()
        torch.onnx.export(Model(), (drawn,), file, input_names=["tokens"], opset_version=17, dynamo=False)
    finally:
        decoder.norm = kept
    return file.getvalue()
