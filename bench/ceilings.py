"""The physical bounds of a machine, measured: what memory and arithmetic give when nothing else is in the way.

Every other number on the site is read against these. Bytes count each read and each write once; a product of n×n
matrices counts 2n³ operations. Inputs are random, since constant ones draw less power and run faster.
"""

from chronicle import Check, Work, axis, benchmark

MEBI = 2**20
LAUNCHES = 1000


@benchmark(title="Copy: one read and one write a byte")
@axis("mebibytes", [4096], cpu=[256])
def copy(device, mebibytes):
    import torch

    source = torch.randn(mebibytes * MEBI // 4, device=device)
    target = torch.empty_like(source)
    return Work(
        lambda: target.copy_(source),
        bytes=2 * source.nbytes,
        formula="copy/1",
        l2="exceeded",
        check=Check(error=lambda: float((target - source).abs().max()), output=target, reference="the source", limit=0.0),
    )


@benchmark(title="Read only: the sum of an array")
@axis("mebibytes", [4096], cpu=[256])
def read(device, mebibytes):
    import torch

    source = torch.randn(mebibytes * MEBI // 4, device=device)
    total = torch.empty((), device=device)
    exact = float(source.double().sum())
    scale = float(source.double().abs().sum())
    return Work(
        lambda: torch.sum(source, dim=0, out=total),
        bytes=source.nbytes,
        formula="read/1",
        l2="exceeded",
        check=Check(error=lambda: abs(float(total) - exact) / scale, output=total, reference="fp64 sum", limit=1e-5),
    )


@benchmark(title="Triad: a + 3·b into c")
@axis("mebibytes", [4096], cpu=[256])
def triad(device, mebibytes):
    import torch

    a, b = (torch.randn(mebibytes * MEBI // 4, device=device) for _ in range(2))
    c = torch.empty_like(a)

    def error():
        part = slice(0, 2**22)
        return float((c[part].double() - (a[part].double() + 3 * b[part].double())).abs().max()) + (
            0.0 if c.isfinite().all() else 1.0
        )

    return Work(
        lambda: torch.add(a, b, alpha=3, out=c),
        bytes=3 * a.nbytes,
        formula="triad/1",
        l2="exceeded",
        check=Check(error=error, output=c, reference="fp64 on a part", limit=1e-5),
    )


@benchmark(title="Square matrix product")
@axis("dtype", ["bf16", "fp32"])
@axis("n", [8192], cpu=[2048])
def matmul(device, dtype, n):
    import torch

    torch.set_float32_matmul_precision("highest")
    kind = {"bf16": torch.bfloat16, "fp32": torch.float32}[dtype]
    a, b = (torch.randn(n, n, device=device, dtype=kind) for _ in range(2))
    c = torch.empty_like(a)

    def error():
        rows = a[:256].double() @ b.double()
        return float((c[:256].double() - rows).norm() / rows.norm()) + (0.0 if c.isfinite().all() else 1.0)

    return Work(
        lambda: torch.matmul(a, b, out=c),
        flop=2 * n**3,
        formula="matmul/1",
        l2="exceeded",
        energy=dtype == "bf16",
        check=Check(error=error, output=c, reference="fp64 on 256 rows", limit={"bf16": 1e-2, "fp32": 1e-5}[dtype]),
    )


@benchmark(title="Launch of an empty kernel, one after another", devices=["cuda"])
@axis("capture", ["eager", "graph"])
def launch(device, capture):
    import torch

    torch.zeros((), device=device)
    return Work(lambda: torch.cuda._sleep(0), batch=LAUNCHES, capture=capture, formula="launch/1")


@benchmark(title="Launch of an empty kernel, awaited by the host", devices=["cuda"])
def round_trip(device):
    import torch

    torch.zeros((), device=device)

    def call():
        torch.cuda._sleep(0)
        torch.cuda.synchronize()

    return Work(call, batch=100, formula="round_trip/1")


@benchmark(title="Dispatch of an operation on one element", devices=["cpu"])
def dispatch(device):
    import torch

    one = torch.ones(1)
    return Work(lambda: one.neg_(), batch=LAUNCHES, formula="dispatch/1")
