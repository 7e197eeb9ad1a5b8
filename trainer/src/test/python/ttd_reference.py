"""Text-Tag Self-Distillation: similarity maps, largest-gap tag selection, and the loss of one batch.

S = sigmoid(w * cos + b) with frozen w, b. Scores, norm, union and losses look at valid cells only. A cell is valid
iff the centre of its patch lies inside the valid region [x, x + width) x [y, y + height) of the padded image.
Losses: mean over the sample's valid cells, sum over its tags, mean over the batch. norm and union are constants to
the gradient.
"""

from dataclasses import dataclass

import torch

from clip_reference import l2_normalise

SIM_WEIGHT = 10.0
SIM_BIAS = -2.5
NORM_FLOOR = 1e-5


@dataclass
class Batch:
    """Pixels [B, 3, H, W]; valid [B, 4] as x, y, width, height; per sample one text and its tags, as sequences."""

    pixels: torch.Tensor
    valid: list
    texts: list
    tags: list


@dataclass
class Targets:
    """What the losses pull towards, constant to the gradient: per sample the union [cells], the norm [n, cells] and
    the selected tags [n]."""

    union: torch.Tensor
    norm: torch.Tensor
    selected: torch.Tensor


def valid_cells(region, height, width, patch):
    """Flags [h*w] of the grid cells whose patch centre lies in the region."""
    x, y, region_width, region_height = region
    rows = torch.arange(height) * patch + patch / 2
    columns = torch.arange(width) * patch + patch / 2
    rows = (rows >= y) & (rows < y + region_height)
    columns = (columns >= x) & (columns < x + region_width)
    return (rows[:, None] & columns[None]).flatten()


def largest_gap(scores):
    """Flags of the tags above the first largest gap of the sorted scores; a single tag is selected."""
    order = torch.argsort(scores, descending=True, stable=True)
    count = 1
    if len(scores) > 1:
        ranked = scores[order].tolist()
        gaps = [above - below for above, below in zip(ranked, ranked[1:])]
        count = 1 + gaps.index(max(gaps))
    selected = torch.zeros(len(scores), dtype=torch.bool)
    selected[order[:count]] = True
    return selected


def targets_of(tag_maps):
    """Targets from the tag maps [n, valid cells]."""
    maps = tag_maps.detach()
    low, high = maps.amin(1, keepdim=True), maps.amax(1, keepdim=True)
    norm = (maps - low) / (high - low).clamp(min=NORM_FLOOR)
    selected = largest_gap(high[:, 0])
    return Targets(norm[selected].amax(0), norm, selected)


def losses_of(text_map, tag_maps, targets):
    """L_distill and L_tag of one sample from its maps over valid cells."""
    distill = ((text_map - targets.union) ** 2).mean()
    wanted = torch.where(targets.selected[:, None], targets.norm, torch.zeros_like(targets.norm))
    tag = ((tag_maps - wanted) ** 2).mean(1).sum()
    return distill, tag


@dataclass
class Forward:
    """Losses of a batch and what they were computed from; lists have one entry per sample."""

    distill: torch.Tensor
    tag: torch.Tensor
    dense: torch.Tensor
    text_cosine: list
    tag_cosine: list
    cells: list
    targets: list

    @property
    def loss(self):
        return self.distill + self.tag

    def tag_maps(self, sample):
        """S of the sample's tags over valid cells [n, valid cells]."""
        return similarity(self.tag_cosine[sample])[:, self.cells[sample]].detach()


def similarity(cosine):
    return torch.sigmoid(SIM_WEIGHT * cosine + SIM_BIAS)


def forward(clip, batch, sequences, fixed_targets=None):
    """One batch through both towers; fixed_targets replaces the targets (for finite differences)."""
    patch = clip.config["vision_config"]["patch_size"]
    height, width = (size // patch for size in batch.pixels.shape[2:])
    dense = clip.dense(batch.pixels)
    embed = {}
    for index in {*batch.texts, *(tag for tags in batch.tags for tag in tags)}:
        embed[index] = l2_normalise(clip.text(sequences[index]))
    result = Forward(0.0, 0.0, dense, [], [], [], [])
    for i, (text, tags) in enumerate(zip(batch.texts, batch.tags)):
        cells = valid_cells(batch.valid[i], height, width, patch)
        text_cosine = dense[i] @ embed[text]
        tag_cosine = torch.stack([dense[i] @ embed[tag] for tag in tags])
        text_map, tag_maps = similarity(text_cosine)[cells], similarity(tag_cosine)[:, cells]
        targets = fixed_targets[i] if fixed_targets else targets_of(tag_maps)
        distill, tag = losses_of(text_map, tag_maps, targets)
        result.distill = result.distill + distill / len(batch.texts)
        result.tag = result.tag + tag / len(batch.texts)
        result.text_cosine.append(text_cosine)
        result.tag_cosine.append(tag_cosine)
        result.cells.append(cells)
        result.targets.append(targets)
    return result
