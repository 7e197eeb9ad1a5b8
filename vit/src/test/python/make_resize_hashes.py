"""Writes resize_hashes.tsv: CRC-32 of Pillow's resized pictures, the oracle of PillowResizeTest.

    python3 make_resize_hashes.py > ../resources/org/ttdengine/vit/image/resize_hashes.tsv
"""

import random
import zlib

from PIL import Image

FILTERS = {"BILINEAR": Image.BILINEAR, "BICUBIC": Image.BICUBIC}

EDGES = [
    (1, 1, 1, 1), (1, 1, 7, 5), (1, 9, 4, 4), (9, 1, 4, 4), (13, 1, 1, 1), (1, 300, 3, 2),
    (300, 200, 1, 1), (2000, 3, 5, 3), (3, 2000, 3, 5), (2, 2, 301, 199), (64, 48, 64, 48),
    (64, 48, 63, 48), (64, 48, 64, 49), (640, 480, 224, 168), (500, 375, 448, 336), (97, 131, 448, 604),
]


def pattern(width, height):
    """Byte i is the high byte of a 32-bit multiplicative hash of i: edges as hard as they come."""
    return bytes(((i * 2654435761) & 0xFFFFFFFF) >> 24 for i in range(3 * width * height))


def main():
    draw = random.Random(2404)
    sizes = EDGES + [tuple(draw.randint(1, 150) for _ in range(4)) for _ in range(24)]
    print("filter\twidth\theight\tto_width\tto_height\tcrc32")
    for width, height, to_width, to_height in sizes:
        image = Image.frombytes("RGB", (width, height), pattern(width, height))
        for name, method in FILTERS.items():
            crc = zlib.crc32(image.resize((to_width, to_height), method).tobytes())
            print(name, width, height, to_width, to_height, f"{crc:08x}", sep="\t")


if __name__ == "__main__":
    main()
