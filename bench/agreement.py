"""The harness beside Triton's ``do_bench`` where duty cycles and half microseconds do not matter, on any board.

TR101 left a product undecided: a short one, of which half a microsecond is two per cent, while a longer one reached the power
limit, where the two tools run the board at two clocks. The product here is bound by memory: sixteen rows against a square of
weights a hundred times larger than any cache. It computes next to nothing and does not heat the board, and it takes some
milliseconds: the other tool overwrites the cache before each call, and what is written back while the call runs is then little.
"""

from chronicle import Check, Work, axis, benchmark

GIBI = 2**30


def do_bench(call):
    """Seconds of one call as Triton's tool reads it: the median over a second of samples after half a second of warm-up."""
    from triton.testing import do_bench

    return do_bench(call, warmup=500, rep=1000, return_mode="median") / 1e3


@benchmark(title="Product of sixteen rows and a square of bf16 weights", devices=["cuda"])
@axis("m", [16])
@axis("n", [65536])
def thin_product(device, m, n):
    import torch

    rows = torch.randn(m, n, device=device, dtype=torch.bfloat16)
    weights = torch.randn(n, n, device=device, dtype=torch.bfloat16)
    out = torch.empty_like(rows)

    def call():
        torch.matmul(rows, weights, out=out)

    def error():
        columns = slice(0, 256)
        exact = rows.double() @ weights[:, columns].double()
        return float((out[:, columns].double() - exact).norm() / exact.norm()) + (0.0 if out.isfinite().all() else 1.0)

    return Work(
        call,
        bytes=rows.nbytes + weights.nbytes + out.nbytes,
        flop=2 * m * n * n,
        formula="matmul/1",
        l2="exceeded",
        inputs=(rows, weights),
        peers={"do_bench": lambda: do_bench(call)},
        check=Check(error=error, output=out, reference="fp64 on 256 columns", limit=1e-2, renew=rows.normal_, precision="bf16"),
    )


@benchmark(title="Device copy, plain and of 2 % more bytes", devices=["cuda"], control={"extra_percent": 0})
@axis("extra_percent", [0, 2])
def copy(device, extra_percent):
    import torch

    source = torch.randn(4 * GIBI // 4 * (100 + extra_percent) // 100, device=device)
    target = torch.empty_like(source)

    def call():
        target.copy_(source)

    return Work(
        call,
        bytes=2 * source.nbytes,
        formula="copy/1",
        l2="exceeded",
        inputs=(source,),
        peers={"do_bench": lambda: do_bench(call)},
        check=Check(
            error=lambda: float((target - source).abs().max()),
            output=target,
            reference="the source",
            limit=0.0,
            renew=source.normal_,
        ),
    )
