"""The harness read against another instrument, against itself, and against a difference that is known beforehand.

The other instrument is Triton's ``do_bench``, which times the same call in the same process: like our cold samples it
overwrites the last-level cache before each. The known difference is a copy of two percent more bytes. Every block runs the
plain copy twice, so the run says itself how small a difference it could have seen.
"""

from chronicle import Check, Work, axis, benchmark

GIBI = 2**30


def do_bench(call):
    """Seconds of one call as Triton's tool reads it: the median over a second of samples after half a second of warm-up."""
    from triton.testing import do_bench

    return do_bench(call, warmup=500, rep=1000, return_mode="median") / 1e3


@benchmark(title="Product of two bf16 matrices, cache cold", devices=["cuda"])
@axis("n", [2048, 4096])
def product(device, n):
    import torch

    a, b = (torch.randn(n, n, device=device, dtype=torch.bfloat16) for _ in range(2))
    c = torch.empty_like(a)

    def call():
        torch.matmul(a, b, out=c)

    def error():
        rows = a[:256].double() @ b.double()
        return float((c[:256].double() - rows).norm() / rows.norm()) + (0.0 if c.isfinite().all() else 1.0)

    return Work(
        call,
        flop=2 * n**3,
        formula="matmul/1",
        l2="cold",
        inputs=(a, b),
        peers={"do_bench": lambda: do_bench(call)},
        check=Check(error=error, output=c, reference="fp64 on 256 rows", limit=1e-2, renew=a.normal_, precision="bf16"),
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
