"""Colours of a thin film (KHR_materials_iridescence).

Belcour and Barla, "A Practical Extension to Microfacet Theory for the Modeling of Varying
Iridescence", 2017, with the first two orders of interference and the fitted spectral sensitivities
that the paper gives.
"""

from __future__ import annotations

import numpy as np

from renderd.pipeline.poster.pyramid import Floats

TO_REC709 = np.array(
    [
        [3.2404542, -1.5371385, -0.4985314],
        [-0.969266, 1.8760108, 0.041556],
        [0.0556434, -0.2040259, 1.0572252],
    ]
)
LOBES = np.array(
    [
        # (channel of XYZ, height, position, variance) of the Gaussians in the paper's Fourier domain.
        (0, 5.4856e-13, 1.6810e6, 4.3278e9),
        (1, 4.4201e-13, 1.7953e6, 9.3046e9),
        (2, 5.2481e-13, 2.2084e6, 6.6121e9),
        (0, 9.7470e-14, 2.2399e6, 4.5282e9),
    ]
)
NORMALISE = 1.0685e-7


def film_reflectance(cosine: Floats, thickness: Floats, film_ior: float, base: Floats) -> Floats:
    """Reflectance (n, 3) of a film over a base with normal reflectance ``base`` (n, 3).

    ``cosine`` (n,) is that of the angle of view, ``thickness`` (n,) in nanometres.
    """
    inner = np.sqrt(np.maximum(1 - (1 - cosine**2) / film_ior**2, 0))
    outer = _schlick(((film_ior - 1) / (film_ior + 1)) ** 2, cosine)[:, None]
    root = np.sqrt(np.clip(base, 0, 0.9999))
    base_ior = (1 + root) / (1 - root)
    lower = _schlick(((base_ior - film_ior) / (base_ior + film_ior)) ** 2, inner[:, None])
    shift = np.pi + np.where(base_ior < film_ior, np.pi, 0.0)
    path = 2 * film_ior * thickness * inner
    both = np.clip(outer * lower, 1e-5, 0.9999)
    mean = (1 - outer) ** 2 * lower / (1 - both)
    total, order = outer + mean, mean - (1 - outer)
    for m in (1, 2):
        order = order * np.sqrt(both)
        total = total + order * 2 * _sensitivity(m * path, m * shift)
    return np.clip(total, 0, 1).astype(np.float32)


def _schlick(normal: Floats | float, cosine: Floats) -> Floats:
    return np.asarray(normal + (1 - normal) * (1 - cosine) ** 5, np.float32)


def _sensitivity(path: Floats, shift: Floats) -> Floats:
    """Linear Rec. 709 response (n, 3) to a path difference in nanometres (n,) and phase shifts (n, 3)."""
    phase = 2 * np.pi * path.astype(np.float64) * 1e-9
    xyz = np.zeros((len(path), 3))
    for channel, height, position, variance in LOBES:
        wave = np.cos(position * phase + shift[:, int(channel)])
        xyz[:, int(channel)] += height * np.sqrt(2 * np.pi * variance) * wave * np.exp(-variance * phase**2)
    return np.asarray(xyz / NORMALISE @ TO_REC709.T, np.float32)
