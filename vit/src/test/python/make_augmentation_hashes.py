"""Writes augmentation_hashes.tsv: what AugmentationsTest expects, made with Pillow and a separate SplitMix64.

    python3 make_augmentation_hashes.py > ../resources/org/ttdengine/vit/image/augmentation_hashes.tsv

The CRC-32 is that of the normalised pixels [3, size, size] as little-endian floats.
"""

import struct
import zlib

from PIL import Image

from make_resize_hashes import pattern

MASK = (1 << 64) - 1
STATISTICS = {
    "IMAGENET": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "CLIP": ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
}


def single(value):
    """Rounds to single precision; one rounding of a double result is what float arithmetic gives."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


class SplitMix64:
    def __init__(self, seed):
        self.state = seed & MASK

    def below(self, bound):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        return ((z >> 32) * bound) >> 32


def resized(image, size):
    return image.resize(size, Image.BICUBIC)


def paper(image, size, random, side):
    low, high = round(size * 320 / 448), round(size * 640 / 448)
    target = low + random.below(high - low + 1)
    scale = target / (max if side == "LONG" else min)(image.size)
    full = [max(1, round(length * scale)) for length in image.size]
    source, place = [0, 0], [0, 0]
    for axis in (0, 1):
        room = full[axis] - size
        if room > 0:
            source[axis] = random.below(room + 1)
        else:
            place[axis] = random.below(-room + 1)
    shown = [min(size, length) for length in full]
    box = (source[0], source[1], source[0] + shown[0], source[1] + shown[1])
    return resized(image, full).crop(box), place


def center_crop(image, size):
    width, height = image.size
    short = min(width, height)
    full = int(size * width / short), int(size * height / short)
    left, top = round((full[0] - size) / 2), round((full[1] - size) / 2)
    return resized(image, full).crop((left, top, left + size, top + size)), (0, 0)


def squash(image, size):
    return resized(image, (size, size)), (0, 0)


def prepared(crop, place, size, statistics):
    mean, std = STATISTICS[statistics]
    planes = []
    for c in range(3):
        table = [single(single(single(v / 255) - single(mean[c])) / single(std[c])) for v in range(256)]
        plane = [0.0] * (size * size)
        samples = crop.getchannel(c).tobytes()
        for y in range(crop.height):
            for x in range(crop.width):
                plane[(place[1] + y) * size + place[0] + x] = table[samples[y * crop.width + x]]
        planes += plane
    return struct.pack(f"<{len(planes)}f", *planes)


CASES = [
    (kind, size, width, height, seed, statistics)
    for kind, size, seeds in (("LONG", 28, range(6)), ("SHORT", 21, range(6, 10)), ("LONG", 56, (-1, 2**63 - 1)))
    for seed in seeds
    for width, height, statistics in ((60, 40, "IMAGENET"), (33, 50, "CLIP"), (5, 90, "IMAGENET"), (1, 1, "CLIP"))
] + [
    (kind, size, width, height, 0, statistics)
    for kind in ("CENTER", "SQUASH")
    for size, width, height, statistics in (
        (50, 101, 50, "CLIP"), (50, 103, 50, "CLIP"), (50, 50, 105, "CLIP"), (50, 50, 50, "IMAGENET"), (28, 61, 40, "CLIP"),
        (28, 7, 5, "CLIP"), (16, 1, 1, "CLIP"), (16, 400, 3, "CLIP"), (16, 1, 200, "IMAGENET"),
    )
]


def main():
    print("kind\tsize\twidth\theight\tseed\tstatistics\tvalid\tcrc32")
    for kind, size, width, height, seed, statistics in CASES:
        image = Image.frombytes("RGB", (width, height), pattern(width, height))
        if kind == "CENTER":
            crop, place = center_crop(image, size)
        elif kind == "SQUASH":
            crop, place = squash(image, size)
        else:
            crop, place = paper(image, size, SplitMix64(seed), kind)
        valid = f"{place[0]},{place[1]},{crop.width},{crop.height}"
        crc = zlib.crc32(prepared(crop, place, size, statistics))
        print(kind, size, width, height, seed, statistics, valid, f"{crc:08x}", sep="\t")


if __name__ == "__main__":
    main()
