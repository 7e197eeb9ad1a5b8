"""What the golden numbers must satisfy before they are written: right gradients, and nothing that rounding decides."""

import math

import numpy as np
import torch

import ttd_reference as ttd
from clip_reference import l2_normalise
from golden_inputs import LAYERS


def check_finite_differences(experiment, seed):
    """Central differences, with the targets held, of entries of every adapter, against the analytic gradient."""
    clip, batch, sequences = experiment.clip, experiment.batches[0], experiment.sequences
    base = ttd.forward(clip, batch, sequences)
    parameters = list(experiment.lora.values())
    gradients = torch.autograd.grad(base.loss, parameters, allow_unused=True)
    random, worst = np.random.default_rng(seed), 0.0
    for parameter, gradient in zip(parameters, gradients):
        index = tuple(int(random.integers(size)) for size in parameter.shape)
        analytic = 0.0 if gradient is None else gradient[index].item()
        values = []
        with torch.no_grad():
            for move in (1e-5, -2e-5):
                parameter[index] += move
                values.append(ttd.forward(clip, batch, sequences, base.targets).loss.item())
            parameter[index] += 1e-5
        scale = 1.0 if gradient is None else gradient.abs().max().item()
        worst = max(worst, abs((values[0] - values[1]) / 2e-5 - analytic) / scale)
    print(f"  finite differences: worst error {worst:.1e} of the tensor's largest gradient")
    assert worst < 1e-6


def first_to_second(values):
    """Distance between the two largest values; infinite for a single one."""
    ranked = sorted(values, reverse=True)
    return ranked[0] - ranked[1] if len(ranked) > 1 else math.inf


def check_margins(steps):
    """Neither a selection nor the place of a map's minimum or maximum may hang on rounding."""
    gap_margin = extreme_margin = math.inf
    for f in (f for step in steps for f in step.forwards):
        for sample in range(len(f.targets)):
            maps = f.tag_maps(sample)
            scores = sorted(maps.amax(1).tolist(), reverse=True)
            gaps = [a - b for a, b in zip(scores, scores[1:])]
            if gaps:
                gap_margin = min(gap_margin, first_to_second([*gaps, 0.0]))
            for row in maps.tolist():
                extreme_margin = min(extreme_margin, first_to_second(row), first_to_second([-v for v in row]))
    print(f"  margins: largest gap {gap_margin:.1e}, minima and maxima {extreme_margin:.1e}")
    assert gap_margin > 1e-3 and extreme_margin > 1e-5


def check_liveliness(experiment):
    """Cosine maps vary, similarities are not saturated, attention is not uniform, texts differ."""
    clip = experiment.clip
    clip.attention_peaks.clear()
    with torch.no_grad():
        forwards = [ttd.forward(clip, batch, experiment.sequences) for batch in experiment.batches]
        texts = torch.stack([l2_normalise(clip.text(s)) for s in experiment.sequences])
    maps = torch.cat([c for f in forwards for c in [torch.stack(f.text_cosine), *f.tag_cosine]])
    spread = (maps.amax(1) - maps.amin(1)).min().item()
    pairs = (texts @ texts.T - 2 * torch.eye(len(texts), dtype=texts.dtype)).max().item()
    high = ttd.similarity(maps).max().item()
    print(f"  cosine spread per map at least {spread:.2f}, S at most {high:.3f}, closest texts {pairs:.2f}, "
          f"attention peak over uniform {min(clip.attention_peaks):.2f}..{max(clip.attention_peaks):.2f}")
    assert spread > 0.1 and high < 0.99 and pairs < 0.95 and min(clip.attention_peaks) > 1.1


def check_gradients_live(gradients):
    last = f"vision_model.encoder.layers.{LAYERS - 1}.self_attn."
    largest = {name: g.abs().max().item() for name, g in gradients.items()}
    dead = {name for name, value in largest.items() if value == 0}
    assert dead == {n for n in gradients if n.startswith((last + "q_proj", last + "k_proj"))}, dead
    live = sorted(value for value in largest.values() if value > 0)
    # AdamW's first step is the sign of the gradient: no entry may be small enough for rounding to turn it.
    smallest = min((g.abs().min() / g.abs().max()).item() for name, g in gradients.items() if name not in dead)
    print(f"  largest gradient per tensor {live[0]:.1e}..{live[-1]:.1e}, smallest entry {smallest:.1e} of its tensor's "
          f"largest; {len(dead)} tensors exactly zero")
    assert live[0] > 1e-5 and smallest > 2e-5


def last_place_noise(seed):
    """Moves every weight by at most one unit in the last place of float32."""
    generator = torch.Generator().manual_seed(seed)

    def disturb(weight):
        direction = torch.randint(-1, 2, weight.shape, generator=generator)
        return weight * (1 + direction.to(weight.dtype) * torch.finfo(torch.float32).eps)

    return disturb


def check_single_precision(steps, fresh):
    """Float32 runs must select the same tags and agree to 1e-5 of every tensor's largest value.

    A correct engine may round elsewhere, so the run is repeated with noise in the weights' last place.
    """
    def error(double, single):
        worst = 0.0
        for name, value in double.items():
            difference = (single[name].double() - value).abs().max().item()
            worst = max(worst, difference / max(value.abs().max().item(), 1e-30))
        return worst

    for disturb in (None, last_place_noise(1), last_place_noise(2), last_place_noise(3)):
        singles = fresh(torch.float32, disturb).run()
        for step, single in zip(steps, singles):
            for f, g in zip(step.forwards, single.forwards):
                assert all(torch.equal(t.selected, u.selected) for t, u in zip(f.targets, g.targets))
        gradients = error(steps[0].gradients, singles[0].gradients)
        weights = error(steps[-1].weights, singles[-1].weights)
        print(f"  float32 {'with noise ' if disturb else ''}against float64: gradients of the first step "
              f"{gradients:.1e}, weights after the last step {weights:.1e}")
        assert gradients < 1e-5 and weights < 1e-5


def check_selections(steps):
    """The first steps must show one and several selected tags, rejected tags, and a sample with a single tag."""
    counts = {(int(t.selected.sum()), len(t.selected)) for s in steps[:2] for f in s.forwards for t in f.targets}
    print("  (selected, tags):", *sorted(counts))
    assert (1, 1) in counts and any(k > 1 for k, _ in counts) and any(n > k == 1 for k, n in counts)
