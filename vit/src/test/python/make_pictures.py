"""Writes pictures/: small files in many codings, and pictures.tsv with the CRC-32 of the RGB bytes Pillow decodes.

    python3 make_pictures.py ../resources/org/ttdengine/vit/image/pictures
"""

import struct
import sys
import zlib
from pathlib import Path

from PIL import Image

WIDTH, HEIGHT = 37, 26


def scene(edges=True):
    """Gradients, a hard-edged box and a little noise."""
    image = Image.new("RGB", (WIDTH, HEIGHT))
    for y in range(HEIGHT):
        for x in range(WIDTH):
            noise = ((x * 73 + y * 151) * 2654435761 >> 8) % 24
            red, green, blue = 6 * x + noise, 9 * y + noise, 255 - 4 * x - 3 * y
            if edges and 9 <= x < 21 and 6 <= y < 17:
                red, green, blue = 230, 40 + noise, 20
            image.putpixel((x, y), (min(red, 255), min(green, 255), max(blue, 0)))
    return image


def segment(marker, body):
    return struct.pack(">HH", 0xFF00 | marker, 2 + len(body)) + body


def insert(jpeg, *segments):
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def without(jpeg, marker):
    """The file without its first segment of a kind."""
    at = 2
    while jpeg[at + 1] != marker:
        at += 2 + struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
    return jpeg[:at] + jpeg[at + 2 + struct.unpack(">H", jpeg[at + 2 : at + 4])[0] :]


def adobe(transform):
    return segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, transform))


def named_rgb(jpeg):
    """The file with components called R, G and B, which libjpeg then takes for just that."""
    changed = bytearray(jpeg)
    frame, scan = jpeg.index(b"\xff\xc0"), jpeg.index(b"\xff\xda")
    for c, name in enumerate(b"RGB"):
        changed[frame + 10 + 3 * c] = name
        changed[scan + 5 + 2 * c] = name
    return bytes(changed)


def jpegs(folder, image):
    for name, subsampling in (("444", 0), ("422", 1), ("420", 2)):
        image.save(folder / f"baseline-{name}.jpg", subsampling=subsampling, quality=85)
        image.save(folder / f"progressive-{name}.jpg", subsampling=subsampling, quality=60, progressive=True)
    image.convert("L").save(folder / "grey.jpg")
    image.save(folder / "rotated-by-exif.jpg", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0")
    image.save(folder / "broken-profile.jpg", icc_profile=b"no profile at all" * 20)
    image.convert("CMYK").save(folder / "cmyk-adobe.jpg", quality=90)
    cmyk = (folder / "cmyk-adobe.jpg").read_bytes()
    (folder / "cmyk-plain.jpg").write_bytes(without(cmyk, 0xEE))
    (folder / "ycck.jpg").write_bytes(insert(without(cmyk, 0xEE), adobe(2)))
    bare = without((folder / "baseline-444.jpg").read_bytes(), 0xE0)
    (folder / "no-jfif.jpg").write_bytes(bare)
    (folder / "adobe-rgb.jpg").write_bytes(insert(bare, adobe(0)))
    (folder / "adobe-ycc.jpg").write_bytes(insert(bare, adobe(1)))
    (folder / "named-rgb.jpg").write_bytes(named_rgb(bare))
    (folder / "trailing-bytes.jpg").write_bytes(bare + b"trailing" * 9)


def png(bits, color_type, rows, *extra):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, color_type, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(extra) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def deep_rows(image, bands):
    """16-bit rows: the sample, then a low byte that must not matter."""
    for y in range(HEIGHT):
        yield b"".join(
            bytes([image.getpixel((x, y))[band % 3], (x * 7 + y * 3) & 255]) for x in range(WIDTH) for band in range(bands)
        )


def low_rows(bits):
    length = (WIDTH * bits + 7) // 8
    return [bytes((x * 37 + y * 101) & 255 for x in range(length)) for y in range(HEIGHT)]


def pngs(folder, image):
    veiled = image.copy()
    veiled.putalpha(image.convert("L"))
    image.save(folder / "rgb.png")
    veiled.save(folder / "rgba.png")
    veiled.convert("LA").save(folder / "grey-alpha.png")
    image.convert("L").save(folder / "grey.png")
    image.convert("1").save(folder / "one-bit.png")
    image.quantize(200).save(folder / "palette.png")
    image.quantize(13).save(folder / "palette-4-bit.png", bits=4)
    image.quantize(200).save(folder / "palette-transparent.png", transparency=5)
    image.save(folder / "rgb-transparent.png", transparency=(230, 40, 20))
    image.save(folder / "broken-profile.png", icc_profile=b"no profile at all" * 20)
    (folder / "grey-2-bit.png").write_bytes(png(2, 0, low_rows(2)))
    (folder / "grey-4-bit.png").write_bytes(png(4, 0, low_rows(4)))
    (folder / "rgb-16-bit.png").write_bytes(png(16, 2, deep_rows(image, 3)))
    (folder / "rgba-16-bit.png").write_bytes(png(16, 6, deep_rows(image, 4)))
    (folder / "grey-alpha-16-bit.png").write_bytes(png(16, 4, deep_rows(image, 2)))


def others(folder, image):
    veiled = image.copy()
    veiled.putalpha(image.convert("L"))
    image.save(folder / "rgb.bmp")
    image.quantize(30).save(folder / "palette.bmp")
    veiled.save(folder / "rgba.bmp")
    image.quantize(256).save(folder / "palette.gif")
    image.convert("L").save(folder / "grey.gif")
    image.save(folder / "lossless.webp", lossless=True)
    veiled.save(folder / "lossless-alpha.webp", lossless=True)
    image.quantize(12).convert("RGB").save(folder / "lossless-palette.webp", lossless=True)


def apart(folder, image):
    """Files without a line in the table: lossy WebP, which decoders round each in their own way, and refusals."""
    for name, original in (("lossy.webp", scene(edges=False)), ("lossy-grey.webp", image.convert("L"))):
        original.save(folder / name, quality=85)
        Image.open(folder / name).convert("RGB").save(folder / f"{name}.expected.png")
    image.save(folder / "animated.webp", save_all=True, append_images=[image.rotate(180)])
    (folder / "grey-16-bit.png").write_bytes(png(16, 0, deep_rows(image, 1)))


def main():
    folder = Path(sys.argv[1])
    image = scene()
    for write in (jpegs, pngs, others):
        write(folder, image)
    with open(folder / "pictures.tsv", "w", encoding="ascii") as table:
        print("file\twidth\theight\tcrc32", file=table)
        for file in sorted(f for f in folder.iterdir() if f.suffix in (".jpg", ".png", ".bmp", ".gif", ".webp")):
            rgb = Image.open(file).convert("RGB")
            print(file.name, *rgb.size, f"{zlib.crc32(rgb.tobytes()):08x}", sep="\t", file=table)
    apart(folder, image)


if __name__ == "__main__":
    main()
