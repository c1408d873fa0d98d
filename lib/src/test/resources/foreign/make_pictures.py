"""Writes pictures/*: small pictures of every kind that programs and telephones write, and files that
are none; and pictures.txt: what Pillow reads in each, as red, green, blue and alpha of 8 bits, turned
as the EXIF data say, or how it refuses it (Pillow 12.3, NumPy 2.4).

    python3 lib/src/test/resources/foreign/make_pictures.py
"""
import io
import pathlib
import shutil
import struct
import zlib

import numpy as np
from PIL import Image, ImageFile, ImageOps, PngImagePlugin

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE / "pictures"
shutil.rmtree(OUT, ignore_errors=True)
OUT.mkdir()

GREYS = np.array([[0, 64, 128, 192, 255], [10, 20, 30, 40, 50], [255, 200, 150, 100, 50]], np.uint8)
grey = Image.fromarray(GREYS)
colour = Image.fromarray(np.stack([GREYS, GREYS[:, ::-1], GREYS[::-1]], -1))
alpha = Image.fromarray(np.array([[0, 255, 128, 1, 254], [255] * 5, [64] * 5], np.uint8))
grey_alpha = Image.merge("LA", [grey, alpha])
colour_alpha = colour.copy()
colour_alpha.putalpha(alpha)
bits = Image.fromarray(GREYS > 99)
grey16 = Image.fromarray((GREYS.astype("<u2") * 257 - (GREYS > 0) * 100).astype("<u2"))
# Smooth, in blocks of 16 x 16: what JPEG keeps.
blocks = colour.resize((80, 48), Image.Resampling.NEAREST)
grey_blocks = grey.resize((80, 48), Image.Resampling.NEAREST)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(name, bits, kind, rows, *chunks, end=True, width=5, interlace=0):
    """A PNG written by hand, for what Pillow does not write."""
    body = b"".join(b"\0" + row for row in rows)
    parts = [chunk(b"IHDR", struct.pack(">2I5B", width, len(rows), bits, kind, 0, 0, interlace)), *chunks]
    parts += [chunk(b"IDAT", zlib.compress(body))] + ([chunk(b"IEND", b"")] if end else [])
    (OUT / name).write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = "camera"
    return data


# PNG.
grey.save(OUT / "grey.png")
grey_alpha.save(OUT / "grey_alpha.png")
grey16.save(OUT / "grey16.png")
bits.save(OUT / "bits.png")
colour.save(OUT / "colour.png")
colour_alpha.save(OUT / "colour_alpha.png")
colour.quantize(15).save(OUT / "palette.png")
colour.quantize(15).save(OUT / "palette_clear.png", transparency=3)
grey.quantize(15).save(OUT / "palette_grey.png")
grey.save(OUT / "grey_clear.png", transparency=128)
colour.save(OUT / "colour_clear.png", transparency=tuple(colour.getpixel((1, 1))))
colour.save(OUT / "exif6.png", exif=exif(6))
info = PngImagePlugin.PngInfo()
info.add(b"gAMA", struct.pack(">I", 45455))
info.add(b"sRGB", b"\0")
info.add_text("Comment", "chalk")
grey.save(OUT / "grey_gamma.png", pnginfo=info, dpi=(300, 300))
info = PngImagePlugin.PngInfo()
info.add(b"gAMA", struct.pack(">I", 100000))
colour.save(OUT / "colour_gamma1.png", pnginfo=info)
png("grey2.png", 2, 0, [b"\x1b\x00", b"\xe4\xc0"])
png("grey4.png", 4, 0, [b"\x04\x8c\xf0", b"\x12\x34\x50"])
rows16 = [np.stack([r.astype(">u2") * 257] * 3, -1).tobytes() for r in GREYS]
png("colour16.png", 16, 2, rows16)
alpha16 = [np.stack([r.astype(">u2") * 257] * 3 + [r[::-1].astype(">u2") * 257], -1).tobytes() for r in GREYS]
png("colour_alpha16.png", 16, 6, alpha16)
grey_alpha16 = [np.stack([r.astype(">u2") * 257, r[::-1].astype(">u2") * 257], -1).tobytes() for r in GREYS]
png("grey_alpha16.png", 16, 4, grey_alpha16)
png("grey_two_data_chunks.png", 8, 0, [r.tobytes() for r in GREYS], chunk(b"tIME", bytes([7, 228, 2, 1, 0, 0, 0])))
png("grey_without_end.png", 8, 0, [r.tobytes() for r in GREYS], end=False)
png("one_pixel.png", 8, 0, [b"\x80"], width=1)
whole = (OUT / "colour.png").read_bytes()
(OUT / "trailing.png").write_bytes(whole + b"\n\n")
(OUT / "UPPER.PNG").write_bytes(whole)
(OUT / "no_ending").write_bytes(whole)
(OUT / "named.jpg").write_bytes(whole)

# JPEG, BMP, GIF, TIFF.
blocks.save(OUT / "colour.jpg", quality=95, subsampling=0)
blocks.save(OUT / "subsampled.jpg", quality=95, subsampling=2)
blocks.save(OUT / "progressive.jpg", quality=95, subsampling=0, progressive=True)
blocks.save(OUT / "optimised.jpg", quality=95, subsampling=0, optimize=True)
grey_blocks.save(OUT / "grey.jpg", quality=95)
grey_blocks.save(OUT / "grey_progressive.jpg", quality=95, progressive=True)
blocks.save(OUT / "comment.jpg", quality=95, subsampling=0, comment=b"chalk", dpi=(300, 300))
blocks.convert("CMYK").save(OUT / "cmyk.jpg", quality=95)
for orientation in range(1, 9):
    blocks.save(OUT / f"exif{orientation}.jpg", quality=95, subsampling=0, exif=exif(orientation))
grey_blocks.save(OUT / "exif_grey.jpg", quality=95, exif=exif(8))
blocks.save(OUT / "exif_wrong.jpg", quality=95, subsampling=0, exif=exif(9))
blocks.save(OUT / "exif_damaged.jpg", quality=95, subsampling=0, exif=b"Exif\0\0MM\0*\0\0\xff\xff")
jpeg = (OUT / "colour.jpg").read_bytes()
(OUT / "without_end.jpg").write_bytes(jpeg[:-2])
(OUT / "trailing.jpg").write_bytes(jpeg + b"\0" * 20)
bits.save(OUT / "bits.bmp")
grey.save(OUT / "grey.bmp")
colour.save(OUT / "colour.bmp")
colour_alpha.save(OUT / "colour_alpha.bmp")
colour.quantize(15).save(OUT / "palette.bmp")
grey.save(OUT / "grey.gif")
colour.quantize(15).save(OUT / "palette.gif")
colour.quantize(15).save(OUT / "clear.gif", transparency=3)
grey.save(OUT / "animated.gif", save_all=True, append_images=[ImageOps.invert(grey)])
grey.save(OUT / "grey.tif")
colour.save(OUT / "colour.tif")
grey16.save(OUT / "grey16.tif")
colour_alpha.save(OUT / "colour_alpha.tif")
bits.save(OUT / "bits.tif")
colour.save(OUT / "exif6.tif", exif=exif(6))

Image.fromarray(GREYS.astype("f4") / 255).save(OUT / "floats.tif")
Image.fromarray(GREYS.astype("i4") * 65793).save(OUT / "ints.tif")

# Cut off and damaged.
for name in ["colour.jpg", "progressive.jpg", "grey.jpg", "colour.png", "grey.png", "palette.gif", "colour.bmp", "grey.tif"]:
    content = (OUT / name).read_bytes()
    stem, end = name.split(".")
    (OUT / f"cut_{stem}.{end}").write_bytes(content[: len(content) * 3 // 4])
(OUT / "cut_late.jpg").write_bytes(jpeg[:-40])
(OUT / "cut_early.jpg").write_bytes(jpeg[:100])
at = whole.index(b"IDAT") + 8
(OUT / "damaged.png").write_bytes(whole[:at] + b"\xff\xff" + whole[at + 2 :])
(OUT / "head_only.png").write_bytes(whole[:33])

# Of another kind.
colour.save(OUT / "colour.webp", lossless=True)
(OUT / "empty.png").write_bytes(b"")
(OUT / "text.png").write_text("not a picture")
(OUT / "page.jpg").write_text("<!doctype html><title>Sign in</title>")
(OUT / "lfs.png").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:1b2c\nsize 9000\n")
(OUT / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
(OUT / "photo.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(60))
(OUT / "photo.avif").write_bytes(b"\0\0\0\x1cftypavif\0\0\0\0avifmif1" + bytes(60))
(OUT / "scan.pdf").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
(OUT / "digit.npy").write_bytes(b"\x93NUMPY\1\0" + bytes(60))
(OUT / "picture.zip").write_bytes(b"PK\3\4" + bytes(60))
(OUT / "idx.png").write_bytes(struct.pack(">4i", 2051, 1, 2, 2) + bytes(4))


def rgba(file):
    image = Image.open(file)
    image.load()
    mode = image.mode
    image = ImageOps.exif_transpose(image)
    if mode.startswith("I;16") or mode == "I":
        values = np.rint(np.asarray(image).astype(float) / 257).astype(np.uint8)
        image = Image.fromarray(values)
    return np.asarray(image.convert("RGBA"))


lines = []
for file in sorted(OUT.iterdir(), key=lambda f: f.name):
    try:
        if file.suffix in (".heic", ".avif", ".webp"):
            raise OSError("a format that Java does not read")
        pixels = rgba(file)
        H, W, _ = pixels.shape
        if W >= 48:  # the middle of each block
            pixels = pixels[8::16, 8::16]
        said = f"{H} {W} {pixels.tobytes().hex()}"
    except Exception as e:
        said = "! " + type(e).__name__
    lines.append(f"{file.name}\t{said}\n")
(HERE / "pictures.txt").write_text("".join(lines), encoding="utf8")
print(len(lines), "files")
