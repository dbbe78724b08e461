"""Depth against width: what of "latency follows layers" is left once a CUDA graph has taken the launches away?

TR121's seven shapes, and families of equal parameters in four to sixty-four layers. In a family the parameters are those of the
layers; the head, which is the same for all widths only where the width is, comes on top and is stated as bytes.
"""

from _step import reading, step

from chronicle import axis, benchmark

FAMILIES = {"100m": 1e8, "1b": 1e9, "3b": 3e9}


@benchmark(title="A token of TR121's shapes", control={"shape": "100m", "arm": "graph"})
@axis("shape", ["0.1m", "5m", "25m", "45m", "50m", "75m", "100m"], cpu=["0.1m", "5m"])
@axis("arm", ["hf-eager", "static", "graph"], cpu=["hf-eager", "static"])
@axis("batch", [1])
def shapes(device, shape, arm, batch):
    from lab.shapes import TR121, gpt2_like

    vocabulary = {"vocabulary": 256} if device == "cpu" else {}
    prompt, span = (4, 6) if device == "cpu" else (64, 64)
    return step(device, gpt2_like(*TR121[shape], **vocabulary), arm, batch, prompt, span)


@benchmark(title="A token at equal parameters", control={"family": "1b", "layers": 16, "arm": "graph", "batch": 1})
@axis("family", ["100m", "1b", "3b"], cpu=["100m"])
@axis("layers", [4, 8, 16, 32, 64], cpu=[1, 2])
@axis("arm", ["static", "graph"], cpu=["static"])
@axis("batch", [1, 32], cpu=[1])
def families(device, family, layers, arm, batch):
    from lab.shapes import of_size

    parameters, vocabulary = (2e5, 256) if device == "cpu" else (FAMILIES[family], 32_768)
    prompt, span = (4, 6) if device == "cpu" else (64, 64)
    return step(device, of_size(parameters, layers, vocabulary), arm, batch, prompt, span, without=("layers",))


@benchmark(title="A token by transformers at equal parameters", devices=["cuda"])
@axis("family", ["1b"])
@axis("layers", [8, 64])
@axis("arm", ["hf-eager", "hf-static-compile"])
def peers(device, family, layers, arm):
    from lab.shapes import of_size

    return step(device, of_size(FAMILIES[family], layers, 32_768), arm, 1, 64, 64, without=("layers",))


@benchmark(title="Read only: the sum of an array, which bounds what a token can read")
@axis("mebibytes", [8192], cpu=[64])
def roof(device, mebibytes):
    return reading(device, mebibytes)
