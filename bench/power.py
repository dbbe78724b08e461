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

    return Work(
        lambda: torch.matmul(a, b, out=c),
        flop=2 * n**3,
        formula="matmul/1",
        l2="exceeded",
        energy=True,
        inputs=(a, b),
        check=Check(error=error, output=c, reference="fp64 on 256 rows", limit=1e-2, renew=a.normal_),
    )
