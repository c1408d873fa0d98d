"""Writes npz/*: parameter files as other programs write them, and files that are none; and npz.txt:
what NumPy reads in each, or how it refuses it (NumPy 2.4).

    python3 lib/src/test/resources/foreign/make_npz.py
"""
import bz2
import gzip
import io
import os
import pathlib
import pickle
import shutil
import struct
import zipfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE / "npz"
shutil.rmtree(OUT, ignore_errors=True)
OUT.mkdir()

W1 = (np.arange(12, dtype="<f4") / 7 - 0.5).reshape(3, 4)
b1 = np.array([0.5, -2.25, 0.125], "<f4")
BOTH = {"W1": W1, "b1": b1}
STAMP = (1980, 1, 1, 0, 0, 0)
MORE = {}  # what must be read where NumPy refuses the file or is deceived by it


def npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def archive(name, members, method=zipfile.ZIP_STORED, out=None, comment=b""):
    with zipfile.ZipFile(out or OUT / name, "w", method) as zip:
        for member, content in members.items():
            info = zipfile.ZipInfo(member, STAMP)
            info.compress_type = method
            zip.writestr(info, content)
        zip.comment = comment


class Pipe(io.RawIOBase):
    """Cannot be wound back, as standard output or a socket: sizes follow behind the data."""

    def __init__(self):
        self.bytes = b""

    def writable(self):
        return True

    def seekable(self):
        return False

    def write(self, part):
        self.bytes += bytes(part)
        return len(part)


def both(**changed):
    return {name + ".npy": npy(a) for name, a in dict(BOTH, **changed).items()}


def streamed(name, method, members=None):
    pipe = Pipe()
    archive(name, members or both(), method, pipe)
    (OUT / name).write_bytes(pipe.bytes)


def with_header(name, header, array=W1, version=1, pad=True, newline=True, raw=None):
    text = header.encode("latin1")
    if pad:
        text += b" " * (-(len(text) + 11) % 64)
    text += b"\n" if newline else b""
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    data = array.tobytes() if raw is None else raw
    archive(name, {"W1.npy": b"\x93NUMPY" + bytes([version, 0]) + length + text + data})


# Written by NumPy.
np.savez(OUT / "savez.npz", **BOTH)
np.savez_compressed(OUT / "savez_compressed.npz", **BOTH)
np.savez(OUT / "positional.npz", W1, b1)
np.savez(OUT / "doubles.npz", W1=W1.astype("<f8") + 1e-9, b1=b1.astype("<f8"))
np.savez(OUT / "halves.npz", W1=W1.astype("<f2"), b1=np.array([6e-8, -65504, np.inf, 1 / 3], "<f2"))
np.savez(OUT / "big_endian.npz", W1=W1.astype(">f4"), b1=b1.astype(">f8"))
np.savez(OUT / "big_endian_halves.npz", W1=W1.astype(">f2"))
np.savez(OUT / "fortran.npz", W1=np.asfortranarray(W1), b1=b1)
np.savez(OUT / "fortran_4d.npz", W1=np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 1, 3, 4)))
np.savez(OUT / "scalar.npz", scale=np.array(0.125, "<f4"))
np.savez(OUT / "specials.npz", b1=np.array([np.nan, np.inf, -np.inf, -0.0, 1e-45], "<f4"))
np.savez(OUT / "axes_of_1.npz", W1=W1.reshape(1, 3, 1, 4, 1))
np.savez(OUT / "slashes.npz", **{"conv1/W": W1, "conv1/b": b1})
np.savez(OUT / "umlauts.npz", **{"größe": b1})
np.savez(OUT / "blanks.npz", **{"conv 1 W": b1})
np.savez(OUT / "empty_name.npz", **{"": b1})
np.savez(OUT / "none.npz")
np.savez(OUT / "integers.npz", W1=W1, epoch=np.int64(5))
np.savez(OUT / "booleans.npz", mask=W1 > 0)
np.savez(OUT / "complex.npz", W1=W1.astype("<c8"))
np.savez(OUT / "strings.npz", W1=W1, name=np.array("LeNet"))
np.savez(OUT / "objects.npz", W1=W1, config=np.array({"lr": 0.1}, dtype=object))
np.savez(OUT / "records.npz", W1=np.zeros(2, [("a", "<f4"), ("b", "<f4")]))
np.savez(OUT / "long_doubles.npz", W1=W1.astype(np.longdouble))
np.savez(OUT / "empty_array.npz", W1=W1, extra=np.zeros((0,), "<f4"))
np.savez(OUT / "empty_axis.npz", W1=np.zeros((3, 0, 2), "<f4"))
np.savez(OUT / "overflow.npz", b1=np.array([1.0, 1e300]))

# Other archives.
streamed("streamed.npz", zipfile.ZIP_STORED)
streamed("streamed_compressed.npz", zipfile.ZIP_DEFLATED)
archive("deflated.npz", both(), zipfile.ZIP_DEFLATED)
archive("comment.npz", both(), comment=b"made by hand")
archive("comment_like_an_end.npz", both(), comment=b"PK\5\6" + bytes(30))
MORE["comment_like_an_end.npz"] = BOTH
archive("with_folder.npz", {"params/": b"", "params/b1.npy": npy(b1)})
archive("mac.npz", {"b1.npy": npy(b1), "__MACOSX/": b"", "__MACOSX/._b1.npy": b"\0\5\26\7"})
archive("readme.npz", {"b1.npy": npy(b1), "README.txt": b"weights"})
archive("keras.npz", {"config.json": b"{}", "model.weights.h5": b"\x89HDF\r\n\x1a\n"})
archive("model.pt", {"model/data.pkl": b"\x80\2}.", "model/version": b"3\n"})
archive("bzip2.npz", both(), zipfile.ZIP_BZIP2)
archive("lzma.npz", both(), zipfile.ZIP_LZMA)
archive("not_an_array.npz", {"W1.npy": b"hello"})
archive("nothing_inside.npz", {"W1.npy": b""})
with zipfile.ZipFile(OUT / "appended.npz", "w") as zip:
    zip.writestr(zipfile.ZipInfo("W1.npy", STAMP), npy(W1))
with zipfile.ZipFile(OUT / "appended.npz", "a") as zip:
    zip.writestr(zipfile.ZipInfo("b1.npy", STAMP), npy(b1))
whole = (OUT / "savez.npz").read_bytes()
(OUT / "trailing.npz").write_bytes(whole + b"\n")
(OUT / "cut.npz").write_bytes(whole[: len(whole) // 2])
(OUT / "name_changed.npz").write_bytes(whole[: whole.rindex(b"W1.npy")] + b"V" + whole[whole.rindex(b"W1.npy") + 1 :])
at = whole.index(W1.tobytes())
(OUT / "number_changed.npz").write_bytes(whole[:at] + b"\1" + whole[at + 1 :])

with zipfile.ZipFile(OUT / "entry_comment.npz", "w") as zip:
    info = zipfile.ZipInfo("W1.npy", STAMP)
    info.comment = b"\xff\xfe bad"
    zip.writestr(info, npy(W1))
second = io.BytesIO()
with zipfile.ZipFile(second, "w") as zip:
    zip.writestr(zipfile.ZipInfo("W1.npy", STAMP), npy(W1), zipfile.ZIP_STORED)
    zip.writestr(zipfile.ZipInfo("b1.npy", STAMP), npy(b1), zipfile.ZIP_LZMA)
(OUT / "second_by_lzma.npz").write_bytes(second.getvalue())
at = whole.rindex(b"PK\1\2")
(OUT / "size_lie.npz").write_bytes(whole[: at + 24] + struct.pack("<I", 0xFFFFFF00) + whole[at + 28 :])

# Headers: a Python literal, however it is spelled.
HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }"
with_header("header_order.npz", "{'shape': (3, 4), 'fortran_order': False, 'descr': '<f4', }")
with_header("header_quotes.npz", HEADER.replace("'", '"'))
with_header("header_tight.npz", "{'descr':'<f4','fortran_order':False,'shape':(3,4)}")
with_header("header_loose.npz", "  { 'descr' : '<f4' ,\n 'fortran_order' : False , 'shape' : ( 3 , 4 , ) , } ")
with_header("header_no_comma.npz", HEADER.replace(", }", "}"))
with_header("header_native.npz", HEADER.replace("<", "="))
with_header("header_no_order.npz", HEADER.replace("<", ""))
with_header("header_bar.npz", HEADER.replace("<", "|"))
with_header("header_float32.npz", HEADER.replace("<f4", "float32"))
with_header("header_float64.npz", HEADER.replace("<f4", "float64"), W1.astype("<f8"))
for name in ("float", "double", "d", "f8"):
    with_header(f"header_{name}.npz", HEADER.replace("<f4", name), W1.astype("<f8"))
for name in ("single", "f"):
    with_header(f"header_{name}.npz", HEADER.replace("<f4", name))
for name in ("half", "e"):
    with_header(f"header_{name}.npz", HEADER.replace("<f4", name), W1.astype("<f2"))
with_header("header_unicode.npz", HEADER.replace("'descr': '", "u'descr': u'"))
with_header("header_python2.npz", HEADER.replace("(3, 4)", "(3L, 4L)"))
with_header("header_version2.npz", HEADER, version=2)
with_header("header_version3.npz", HEADER, version=3)
with_header("header_version9.npz", HEADER, version=9)
with_header("header_unpadded.npz", HEADER, pad=False, newline=False)
with_header("header_fortran.npz", HEADER.replace("False", "True"))
with_header("header_fortran_1d.npz", HEADER.replace("False", "True").replace("(3, 4)", "(12,)"))
with_header("header_number_as_shape.npz", HEADER.replace("(3, 4)", "(12)"))
MORE["header_number_as_shape.npz"] = {"W1": W1.reshape(12)}  # JetBrains' npy writes so
with_header("header_list_as_shape.npz", HEADER.replace("(3, 4)", "[3, 4]"))
with_header("header_negative.npz", HEADER.replace("(3, 4)", "(-3, -4)"))
with_header("header_commas.npz", HEADER.replace("(3, 4)", "(3,, 4)"))
with_header("header_blank.npz", HEADER.replace("(3, 4)", "(3 4)"))
with_header("header_comma_only.npz", HEADER.replace("(3, 4)", "(,)"))
with_header("header_many_axes.npz", HEADER.replace("(3, 4)", "(" + "1, " * 3000 + "12)"))
with_header("header_huge.npz", HEADER.replace("(3, 4)", "(30000, 40000)"))
with_header("header_beyond.npz", HEADER.replace("(3, 4)", "(99999999999999999999, 4)"))
with_header("header_other_size.npz", HEADER.replace("(3, 4)", "(3, 5)"))
with_header("header_key_missing.npz", "{'descr': '<f4', 'shape': (3, 4), }")
with_header("header_key_too_many.npz", HEADER.replace(", }", ", 'order': 'C', }"))
with_header("header_none.npz", "")
with_header("header_code.npz", HEADER.replace("(3, 4)", "__import__('os').getcwd()"))
with_header("header_unclosed.npz", HEADER.replace("}", ""))
with_header("header_long.npz", HEADER + " " * 20000)
with_header("header_quoted_in_part.npz", "{'descr': '<f4', 'comment': '" + "x" * 300 + "'}")

# Files of another kind.
np.save(OUT / "only.npy", W1)
for protocol in range(6):
    (OUT / f"params{protocol}.pkl").write_bytes(pickle.dumps([0.5, 0.25], protocol))
(OUT / "empty.npz").write_bytes(b"")
(OUT / "text.npz").write_text("404: Not Found\n")
(OUT / "page.npz").write_text("<!DOCTYPE html>\n<html><title>Sign in</title></html>\n")
(OUT / "lfs.npz").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1741\n")
(OUT / "weights.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(40))
(OUT / "gzipped.npz").write_bytes(gzip.compress(whole, mtime=0))
(OUT / "bzipped.npz").write_bytes(bz2.compress(whole))
(OUT / "idx.npz").write_bytes(struct.pack(">4i", 2051, 1, 2, 2) + bytes(4))
(OUT / "noise.npz").write_bytes(bytes(range(200, 255)))


def numbers(arrays):
    parts = []
    for name, a in arrays.items():
        shape = "(" + ", ".join(map(str, a.shape)) + ("," if a.ndim == 1 else "") + ")"
        values = " ".join(str(v) for v in a.astype("<f4").ravel())
        parts.append(f"{name} {shape} {values}")
    return "; ".join(parts)


def read(file):
    loaded = np.load(file)
    if not isinstance(loaded, np.lib.npyio.NpzFile):
        raise TypeError("not an archive")
    arrays = {}
    for name in loaded.files:
        a = loaded[name]
        if isinstance(a, bytes) or a.dtype.kind != "f" or a.size == 0:
            if name.endswith("/") or name.startswith("__MACOSX"):
                continue
            raise TypeError(f"{name} holds no floats")
        arrays[name] = a
    return arrays


lines = []
with np.errstate(all="ignore"):
    for file in sorted(OUT.iterdir(), key=lambda f: f.name):
        try:
            said = numbers(read(file))
        except Exception as e:
            said = "! " + type(e).__name__
        if file.name in MORE:
            said = numbers(MORE[file.name])
        lines.append(f"{file.name}\t{said}\n")
(HERE / "npz.txt").write_text("".join(lines), encoding="utf8")
print(len(lines), "files")
