"""Joules of a product that draws all the board may: the counter, the integral of the power readings, and the power cap."""

from chronicle import Check, Work, axis, benchmark


@benchmark(title="Sustained product of two bf16 matrices", devices=["cuda"])
@axis("n", [8192])
def sustained_product(device, n):
    import torch

    a, b = (torch.randn(n, n, device=device, dtype=torch.bfloat16) for _ in range(2))
    c = torch.empty_like(a)

    def error():
        rows = a[:256].double() @ b.double()
        return float((c[:256].double() - rows).norm() / rows.norm()) + (0.0 if c.isfinite().all() else 1.0)

    def call():
        torch.matmul(a, b, out=c)

    def do_bench():
        from triton.testing import do_bench

        return do_bench(call, warmup=500, rep=1000, return_mode="median") / 1e3

    return Work(
        call,
        flop=2 * n**3,
        formula="matmul/1",
        l2="exceeded",
        energy=True,
        inputs=(a, b),
        peers={"do_bench": do_bench},
        check=Check(error=error, output=c, reference="fp64 on 256 rows", limit=1e-2, renew=a.normal_, precision="bf16"),
    )
