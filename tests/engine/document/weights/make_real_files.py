"""Writes real_files.json: files of weights as PyTorch, safetensors and NumPy themselves write them.

Run by hand where torch 2.13, safetensors 0.8 and NumPy are installed: `python make_real_files.py`.
"""

import base64
import json
import tempfile
from pathlib import Path

NUMBERS = {
    "0.weight": [[0.5, -1.25], [2.0, 0.0078125], [-3.0, 1.5]],
    "0.bias": [0.125, -0.25, 4.0],
    "2.weight": [[1.0, -2.0, 0.75]],
    "2.bias": [-0.0625],
}  # the same in bfloat16 as in float64


def main():
    import numpy as np
    import safetensors.torch
    import torch

    torch.set_default_dtype(torch.float64)
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))
    net.load_state_dict({name: torch.tensor(numbers) for name, numbers in NUMBERS.items()})
    state = net.state_dict()
    arrays = {name: tensor.numpy() for name, tensor in state.items()}
    kernels = [array.T if array.ndim == 2 else array for array in arrays.values()]
    files = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.npz"

        def keep(name, write):
            write()
            files[name] = base64.b64encode(path.read_bytes()).decode()

        for kind in ("float64", "float32", "float16", "bfloat16"):
            cast = {name: tensor.to(getattr(torch, kind)) for name, tensor in state.items()}
            keep(
                f"{kind}.safetensors",
                lambda cast=cast: safetensors.torch.save_file(cast, path, metadata={"format": "pt"}),
            )
        keep("state dict.npz", lambda: np.savez(path, **arrays))
        keep("compressed.npz", lambda: np.savez_compressed(path, **arrays))
        keep(
            "big-endian, columns first.npz",
            lambda: np.savez(path, **{n: np.asfortranarray(a).astype(">f4") for n, a in arrays.items()}),
        )
        keep("kernels in a row.npz", lambda: np.savez(path, *kernels))
        keep("integers.npz", lambda: np.savez(path, **{n: a.astype(int) for n, a in arrays.items()}))
        keep("objects.npz", lambda: np.savez(path, **{n: a.astype(object) for n, a in arrays.items()}))
    table = {"torch": torch.__version__.split("+")[0], "numpy": np.__version__, "files": files}
    text = json.dumps({**table, "numbers": NUMBERS}, indent=1)
    Path(__file__).with_name("real_files.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
