"""Writes idx/*: folders with MNIST's four files as other programs, archives and servers leave them;
and idx.txt: what their bytes say, as NumPy reads them (NumPy 2.4). Each set has 6 training and 4 test
images of 4 x 4 pixels, unless its name says otherwise.

    python3 lib/src/test/resources/foreign/make_idx.py
"""
import gzip
import io
import pathlib
import shutil
import struct
import zipfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE / "idx"
shutil.rmtree(OUT, ignore_errors=True)
OUT.mkdir()

NAMES = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]
X = np.random.RandomState(0).randint(0, 256, (10, 4, 4), np.uint8)
Y = np.array([5, 0, 4, 1, 9, 2, 1, 3, 9, 0], np.uint8)


def images(x, magic=2051):
    return struct.pack(">4i", magic, *x.shape) + np.ascontiguousarray(x).tobytes()


def labels(y, magic=2049):
    return struct.pack(">2i", magic, len(y)) + bytes(y)


def four(x=X, y=Y):
    return [images(x[:6]), labels(y[:6]), images(x[6:]), labels(y[6:])]


def zipped(content):
    return gzip.compress(content, mtime=0)


def put(folder, contents, names=NAMES):
    for name, content in zip(names, contents):
        file = OUT / folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def archived(content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zip:
        zip.writestr(zipfile.ZipInfo("train-images-idx3-ubyte", (1980, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


GZ = [name + ".gz" for name in NAMES]
DOTS = [name.replace("-idx", ".idx") for name in NAMES]
put("plain", four())
put("gzip", map(zipped, four()), GZ)
put("gzip_without_its_name", map(zipped, four()))
put("plain_under_gz", four(), GZ)
put("dots", four(), DOTS)
put("dots_gzip", map(zipped, four()), [name + ".gz" for name in DOTS])
put("folders", four(), [name + "/" + name for name in NAMES])
put("folders_dots", four(), [name + "/" + dot for name, dot in zip(NAMES, DOTS)])
put("mixed", four(), NAMES[:2] + DOTS[2:])
a, b, c, d = four()
put("two_gzip_members", [zipped(a[:40]) + zipped(a[40:]), b, c, d], GZ[:1] + NAMES[1:])
put("gzip_padded", [zipped(a) + bytes(512), b, c, d], GZ[:1] + NAMES[1:])
put("three_classes", four(y=Y % 3))
put("balanced_47", four(y=np.array([46, 0, 17, 3, 12, 45, 46, 45, 20, 0], np.uint8)))
put("all_256", four(y=np.array([255, 128, 127, 3, 12, 45, 254, 200, 20, 0], np.uint8)))
put("letters_from_1", four(y=Y + 1))
put("one_class", four(y=Y * 0))
put("oblong", four(X[:, :, :3]))
put("one_pixel", four(X[:, :1, :1]))
put("one_image", [images(X[:1]), labels(Y[:1]), images(X[:1]), labels(Y[:1])])

put("gzip_twice", [zipped(zipped(a)), b, c, d], GZ[:1] + NAMES[1:])
put("page", [b"<!DOCTYPE html><html><title>403 Forbidden</title></html>", b, c, d], GZ[:1] + NAMES[1:])
put("page_with_mark", [b"\xef\xbb\xbf\n <HTML>", b, c, d])
put("xml", [b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", b, c, d])
put("short_text", [b"404: Not Found", b, c, d], GZ[:1] + NAMES[1:])
put("lfs", [b"version https://git-lfs.github.com/spec/v1\noid sha256:440f\nsize 9912422\n", b, c, d])
put("zip", [archived(a), b, c, d])
put("xz", [b"\xfd7zXZ\0" + bytes(20), b, c, d])
put("zstd", [b"\x28\xb5\x2f\xfd" + bytes(20), b, c, d])
put("seven_zip", [b"7z\xbc\xaf\x27\x1c" + bytes(20), b, c, d])
put("rar", [b"Rar!\x1a\7" + bytes(20), b, c, d])
put("pickle", [b"\x80\4\x95" + bytes(20), b, c, d])
put("npy", [b"\x93NUMPY\1\0" + bytes(20), b, c, d])
put("empty", [b"", b, c, d])
put("zeros", [bytes(80), b, c, d])
put("swapped", [b, a, c, d])
put("floats", [struct.pack(">4i", 0x0D03, 6, 4, 4) + X[:6].astype(">f4").tobytes(), b, c, d])
put("signed", [images(X[:6], 0x0903), b, c, d])
put("rgb", [struct.pack(">5i", 0x0804, 6, 4, 4, 3) + bytes(288), b, c, d])
put("flat", [struct.pack(">3i", 0x0802, 6, 16) + X[:6].tobytes(), b, c, d])
put("qmnist", [a, struct.pack(">3i", 0x0C02, 6, 8) + bytes(192), c, d])
put("little_endian", [struct.pack("<4i", 2051, 6, 4, 4) + X[:6].tobytes(), b, c, d])
put("cut_in_header", [a[:10], b, c, d])
put("cut_in_magic", [a[:3], b, c, d])
put("cut", [a[:-1], b, c, d])
put("cut_gzip", [zipped(a)[:-20], b, c, d], GZ[:1] + NAMES[1:])
put("damaged_gzip", [zipped(a)[:20] + b"XX" + zipped(a)[22:], b, c, d], GZ[:1] + NAMES[1:])
put("too_long", [a + b"\n", b, c, d])
put("other_counts", [a, labels(Y[:5]), c, d])
put("test_of_other_size", [a, b, images(X[6:, :3, :3]), d])
put("test_of_other_class", [a, b, c, labels([1, 3, 9, 10])])
put("none_declared", [images(X[:0]), labels(Y[:0]), c, d])
put("negative", [struct.pack(">4i", 2051, -6, 4, 4), b, c, d])
put("huge", [struct.pack(">4i", 2051, 2000000000, 28, 28), b, c, d])
put("emnist_names", map(zipped, four()), ["emnist-digits-" + n.replace("t10k", "test") + ".gz" for n in NAMES])
put("upper_case", four(), [name.upper() for name in NAMES])
put("text_ending", four(), [name + ".txt" for name in NAMES])
put("labels_missing", [a, c, d], NAMES[:1] + NAMES[2:])
put("many_others", [b""] * 12, ["image%02d.png" % i for i in range(12)])


def idx(folder, name):
    dotted = name.replace("-idx", ".idx")
    for file in [name, name + ".gz", dotted, dotted + ".gz", name + "/" + name, name + "/" + dotted]:
        if (folder / file).is_file():
            content = (folder / file).read_bytes()
            if content[:2] == b"\x1f\x8b":
                content = gzip.decompress(content)
            axes = 3 if "images" in name else 1
            assert struct.unpack(">i", content[:4]) == (2048 + axes,)
            shape = struct.unpack(">%di" % axes, content[4 : 4 + 4 * axes])
            return np.frombuffer(content[4 + 4 * axes :], np.uint8).reshape(shape)
    raise FileNotFoundError(name)


lines = []
for folder in sorted(OUT.iterdir(), key=lambda f: f.name):
    try:
        x, y, u, v = (idx(folder, name) for name in NAMES)
        assert len(x) == len(y) > 0 and len(u) == len(v) and x.shape[1:] == u.shape[1:] and max(v) <= max(y)
        said = "; ".join(
            "%s %s" % (" ".join(map(str, m.shape)), " ".join(map(str, m.ravel()))) for m in (x, y, u, v)
        )
    except Exception as e:
        said = "! " + type(e).__name__
    lines.append(f"{folder.name}\t{said}\n")
(HERE / "idx.txt").write_text("".join(lines), encoding="utf8")
print(len(lines), "folders")
