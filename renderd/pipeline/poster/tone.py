"""From radiance to what a display shows."""

from __future__ import annotations

import numpy as np

from renderd.pipeline.poster.pyramid import Floats
from renderd.pipeline.poster.vectors import largest, smallest

START, DESATURATION, FRESNEL = 0.76, 0.15, 0.04


def neutral(colour: Floats) -> Floats:
    """Khronos PBR Neutral tone mapping (its specification, 2024) of linear radiance (n, 3), exposure 1."""
    least = smallest(colour)
    offset = np.where(least < 2 * FRESNEL, least - least * least / (4 * FRESNEL), FRESNEL)
    colour = colour - offset
    peak = np.maximum(largest(colour), 1e-6)
    span = 1 - START
    pressed = 1 - span * span / np.maximum(peak + span - START, span)
    white = 1 - 1 / (DESATURATION * (peak - pressed) + 1)
    mapped = colour * (pressed / peak) * (1 - white) + pressed * white
    return np.asarray(np.where(peak < START, colour, mapped), np.float32)


def encode_srgb(values: Floats) -> Floats:
    """IEC 61966-2-1 encoding of linear values in 0…1."""
    high = 1.055 * np.maximum(values, 0.0031308) ** np.float32(1 / 2.4) - 0.055
    return np.where(values <= 0.0031308, values * 12.92, high).astype(np.float32)
