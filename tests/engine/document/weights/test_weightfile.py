"""Files of weights: those of others, our own, and hostile ones."""

import base64
import io
import itertools
import json
import struct
import tracemalloc
import zipfile
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.document.weights import npz_file, safetensors_file, weightfile
from engine.document.weights.stored import BrokenFileError, WeightFileError
from engine.document.weights.tensors import Tensors

REAL = json.loads((Path(__file__).parent / "real_files.json").read_text(encoding="utf-8"))
FILES = {name: base64.b64decode(content) for name, content in REAL["files"].items()}
NUMBERS = Tensors.of(REAL["numbers"])
WANTED = NUMBERS.shapes
BAD = {"objects.npz", "integers.npz"}
SAFETENSORS = FILES["float64.safetensors"]


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def safetensors(header: object, data: bytes = b"") -> bytes:
    encoded = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(encoded).to_bytes(8, "little") + encoded + data


def entry(begin: int, end: int, shape: list[int], dtype: str = "F64") -> dict[str, object]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def npz(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name + ".npy", content)
    return target.getvalue()


def claimed(kind: str, shape: str) -> str:
    return f"{{'descr': {kind}, 'fortran_order': False, 'shape': {shape}, }}\n"


def npy(header: str, content: bytes = b"", version: int = 1) -> bytes:
    length = struct.pack("<H" if version == 1 else "<L", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + length + header.encode() + content


@pytest.mark.parametrize("name", sorted(FILES.keys() - BAD))
def test_files_of_others_are_read_to_the_last_bit(tmp_path: Path, name: str) -> None:
    loaded = weightfile.read(written(tmp_path, name, FILES[name]), WANTED)
    assert loaded.tensors == NUMBERS
    assert bool(loaded.renamed) == (name == "kernels in a row.npz")


def test_a_mapping_is_there_to_be_shown(tmp_path: Path) -> None:
    name = "kernels in a row.npz"
    loaded = weightfile.read(written(tmp_path, name, FILES[name]), WANTED)
    shown = [(source.theirs, source.ours, source.transposed) for source in loaded.renamed]
    assert shown == [
        ("arr_0", "0.weight", True), ("arr_1", "0.bias", False),
        ("arr_2", "2.weight", True), ("arr_3", "2.bias", False),
    ]  # fmt: skip


def test_what_we_write_is_what_safetensors_writes(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    weightfile.write(NUMBERS, path)
    assert path.read_bytes() == SAFETENSORS
    transposed = Tensors.of({name: np.asarray(array).T.copy().T for name, array in NUMBERS.arrays.items()})
    weightfile.write(transposed, path)
    assert path.read_bytes() == SAFETENSORS


def test_the_header_is_aligned() -> None:
    for length in range(9):
        content = safetensors_file.encode(Tensors.of({"n" * length: [1.0]}))
        assert int.from_bytes(content[:8], "little") % 8 == 0


def test_what_we_write_is_what_numpy_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    weightfile.write(NUMBERS, path)
    first = path.read_bytes()
    weightfile.write(NUMBERS, path)
    assert path.read_bytes() == first
    with np.load(path, allow_pickle=False) as arrays:
        assert {name: arrays[name].tolist() for name in arrays} == REAL["numbers"]


def test_ten_comes_after_two(tmp_path: Path) -> None:
    many = Tensors.of({f"{i}.weight": [[float(i)]] for i in range(0, 24, 2)})
    for suffix in weightfile.SUFFIXES:
        path = tmp_path / f"a{suffix}"
        weightfile.write(many, path)
        assert weightfile.survey(path) == many.shapes
        assert weightfile.read(path, many.shapes).tensors == many


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.safetensors", b"", "cut off"),
        ("a.safetensors", SAFETENSORS[:-1], "2.weight leave a gap"),
        ("a.safetensors", SAFETENSORS + b"\0", "1 bytes of which its header says nothing"),
        ("a.safetensors", b"\xff" * 8 + b"{}", "cut off"),
        ("a.safetensors", (2_000_000).to_bytes(8, "little") + bytes(2_000_000), "header is too long"),
        ("a.safetensors", safetensors(b"[1]"), "header cannot be read"),
        ("a.safetensors", safetensors(b'{"a": NaN}'), "header cannot be read"),
        ("a.safetensors", safetensors(b"[" * 900_000), "header cannot be read"),
        ("a.safetensors", safetensors({"a": entry(0, -8, [1])}, bytes(8)), "header cannot be read"),
        ("a.safetensors", safetensors({"a": entry(0, 8, [-1])}, bytes(8)), "header cannot be read"),
        ("a.safetensors", safetensors({"a": entry(0, 8, [10**30])}, bytes(8)), "header cannot be read"),
        ("a.safetensors", safetensors({"a": {**entry(0, 8, [1]), "b": 1}}, bytes(8)), "cannot be read"),
        ("a.safetensors", safetensors({"__metadata__": {"a": 1}}), "header cannot be read"),
        ("a.safetensors", safetensors({"a": entry(8, 16, [1])}, bytes(16)), "a leave a gap"),
        ("a.safetensors", safetensors({"a": entry(0, 99, [1])}, bytes(8)), "a leave a gap"),
        (
            "a.safetensors",
            safetensors({"a": entry(0, 16, [2]), "b": entry(8, 24, [2])}, bytes(24)),
            "b leave a gap, overlap others",
        ),
        ("a.safetensors", safetensors({"a": entry(0, 8, [2])}, bytes(8)), "takes 16 bytes and has 8"),
        ("a.safetensors", safetensors({"a": entry(0, 8, [1], "F4")}, bytes(8)), "unknown type, F4"),
        ("a.safetensors", safetensors({"a" * 201: entry(0, 8, [1])}, bytes(8)), "name of a tensor"),
        ("a.safetensors", safetensors({str(i): entry(0, 0, [0]) for i in range(1001)}), "more than 1000"),
        ("a.npz", b"", "no archive"),
        ("a.npz", FILES["state dict.npz"][:-1], "no archive"),
        ("a.npz", b"PK\6\7" + bytes(16) + FILES["state dict.npz"][-22:], "no archive"),
        ("a.npz", b"PK\5\6" + bytes(18), "tensors"),
        ("a.npz", bytes(20) + b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, 1, 1, 2**31, 0, 0), "more than 1000"),
        ("a.npz", npz(a=b""), "a is no plain array"),
        ("a.npz", npz(a=npy("__import__('os').system('true')")), "a is no plain array"),
        ("a.npz", npz(a=npy(claimed("'<f3'", "(1,)"))), "no plain"),
        ("a.npz", npz(a=npy(claimed("[('a', '<f8')]", "()"))), "no plain"),
        ("a.npz", npz(a=npy(claimed("'<f8'", "(-1,)"))), "no plain"),
        ("a.npz", npz(a=npy(claimed("'<f8'", "(9,)"))), "shorter or longer"),
        ("a.npz", npz(a=npy(claimed("'<f8'", "()"), bytes(16))), "longer"),
        ("objects.npz", FILES["objects.npz"], "0.weight holds Python objects, which are never unpacked"),
        ("integers.npz", FILES["integers.npz"], "0.weight holds numbers of type int64; weights are of"),
    ],
)  # fmt: skip
def test_a_bad_file_says_what_is_wrong(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    with pytest.raises(WeightFileError, match=said) as caught:
        weightfile.read(written(tmp_path, name, content), WANTED)
    assert not isinstance(caught.value, BrokenFileError), "the sentence is whole"
    assert caught.value.message.render("ko")


def test_shapes_are_compared_before_any_number_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> None:
        raise AssertionError("numbers were read")

    monkeypatch.setattr(safetensors_file, "_numbers", read)
    monkeypatch.setattr(npz_file, "_numbers", read)
    for name in ("float64.safetensors", "state dict.npz"):
        path = written(tmp_path, name, FILES[name])
        with pytest.raises(WeightFileError, match=r"has the shape 3×2 in the file; the network wants 2×3"):
            weightfile.read(path, (("0.weight", (2, 3)), *WANTED[1:]))


def test_numbers_that_are_not_finite_begin_no_run(tmp_path: Path) -> None:
    for suffix, bad in itertools.product(weightfile.SUFFIXES, (np.nan, -np.inf)):
        path = tmp_path / f"a{suffix}"
        weightfile.write(Tensors.of({"0.weight": [[bad]]}), path)
        with pytest.raises(WeightFileError, match=r"0\.weight holds numbers that are not finite"):
            weightfile.read(path, (("0.weight", (1, 1)),))


@pytest.mark.parametrize(
    "bomb",
    [
        npz(a=npy(claimed("'<f8'", "(2500000,)"), bytes(20_000_000))),
        npz(**{f"a{i}": npy(" " * 9_000 + "\n", bytes(9_000)) for i in range(1001)}),
        npz(a=npy("{'descr': '<f8', 'fortran_order': False, 'shape': (), }" + " " * 20_000_000, version=2)),
    ],
    ids=["numbers", "members", "header"],
)
def test_a_bomb_does_not_go_off(tmp_path: Path, bomb: bytes) -> None:
    path = written(tmp_path, "bomb.npz", bomb)
    tracemalloc.start()
    try:
        with pytest.raises(WeightFileError):
            weightfile.read(path, WANTED)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 3_000_000 + 2 * len(bomb)


def test_a_file_larger_than_the_bound_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "large.safetensors"
    with path.open("wb") as file:
        file.truncate(weightfile.MAX_FILE_BYTES + 1)
    with pytest.raises(WeightFileError, match=r"“large\.safetensors” is too large: at most 65 MB"):
        weightfile.read(path, WANTED)


def test_names_that_climb_out_of_a_folder_are_only_names(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    array = npy(claimed("'<f8'", "(1,)"), bytes(8))
    path = written(inner, "a.npz", npz(**{"../../up": array}))
    loaded = weightfile.read(path, (("0.bias", (1,)),))
    assert loaded.renamed[0].theirs == "../../up"
    assert [each.name for each in tmp_path.rglob("*")] == ["inner", "a.npz"]


damages = st.lists(
    st.tuples(st.integers(0, 2_000), st.sampled_from(["set", "cut", "insert"]), st.binary(max_size=9)),
    min_size=1,
    max_size=4,
)


def damaged(content: bytes, damage: list[tuple[int, str, bytes]]) -> bytes:
    for at, kind, put in damage:
        at %= len(content) + 1
        end = at + len(put) if kind == "set" else at if kind == "insert" else at + 1
        content = content[:at] + (b"" if kind == "cut" else put) + content[end:]
    return content


@settings(max_examples=300)
@given(st.sampled_from(sorted(FILES)), damages)
@example("state dict.npz", [(0, "insert", b"x")])
def test_a_damaged_file_is_read_right_or_refused(tmp_path_factory, name, damage) -> None:  # type: ignore[no-untyped-def]
    path = written(tmp_path_factory.getbasetemp(), name, damaged(FILES[name], damage))
    try:
        loaded = weightfile.read(path, WANTED)
    except WeightFileError as error:
        assert error.message.render("ko")
    else:
        assert loaded.tensors.shapes == WANTED
        assert np.isfinite(loaded.tensors.flat).all()


headers = st.dictionaries(
    st.text(max_size=5) | st.just("__metadata__"),
    st.builds(
        entry,
        st.integers(-8, 40),
        st.integers(-8, 2**70),
        st.lists(st.integers(-1, 2**65), max_size=3),
        st.sampled_from([*safetensors_file.TYPES, "F4", ""]),
    )
    | st.dictionaries(st.text(max_size=3), st.none() | st.text(max_size=3) | st.integers(), max_size=3),
    max_size=4,
)


@settings(max_examples=300)
@given(headers, st.binary(max_size=40))
def test_any_header_is_a_file_or_a_clear_error(header: dict[str, object], data: bytes) -> None:
    try:
        for stored in safetensors_file.stored_in(io.BytesIO(safetensors(header, data))):
            if stored.kind in ("float64", "float32", "float16", "bfloat16"):
                assert stored.read().shape == stored.shape
    except BrokenFileError as error:
        assert error.message.render("ko")


@pytest.mark.parametrize(
    ("name", "loads"),
    [
        ("n'et.pt", "torch.load("), ("net.pth", "weights_only=True"), ("net.keras", "keras.models.load"),
        ("net.h5", "keras.models.load"), ("NET.ONNX", "onnx.load("),
    ],
)  # fmt: skip
def test_the_files_of_other_programs_get_two_lines_of_python(tmp_path: Path, name: str, loads: str) -> None:
    path = written(tmp_path, name, b"\x80\x04cos\nsystem\n")
    with pytest.raises(WeightFileError) as caught:
        weightfile.read(path, WANTED)
    said, _, code = str(caught.value).partition("\n")
    assert said.startswith(f"“{name}” cannot be opened here.")
    compile(code, "the two lines", "exec")
    assert len(code.splitlines()) == 2
    assert loads in code and repr(name) in code and ".safetensors" in code


def test_any_other_suffix_is_told_what_is_read(tmp_path: Path) -> None:
    for act in (lambda path: weightfile.read(path, WANTED), lambda path: weightfile.write(NUMBERS, path)):
        with pytest.raises(
            WeightFileError, match=r"“a\.txt”: weights are kept in \.safetensors, \.npz files"
        ):
            act(tmp_path / "a.txt")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(WeightFileError, match=r"“a\.npz” cannot be read: No such file"):
        weightfile.read(tmp_path / "a.npz", WANTED)
    with pytest.raises(WeightFileError, match=r"“a\.npz” cannot be written: No such file"):
        weightfile.write(NUMBERS, tmp_path / "none" / "a.npz")


def test_the_weights_of_a_lab_count_in_its_bound() -> None:
    encoded = msgspec.json.encode(Tensors.of({"0.weight": np.zeros((100, 100))}))
    assert len(encoded) == pytest.approx(80_000 * 4 / 3, rel=1e-3)
