"""What a surface sends to the eye under image-based lighting, as three.js's MeshPhysicalMaterial reckons.

Split-sum specular with energy returned by multiple scattering (Fdez-Agüera, "A Multiple-Scattering
Microfacet Model for Real-Time Image-based Lighting", 2019), sheen after Estevez and Kulla
("Production Friendly Microfacet Sheen BRDF", 2017), clear coat, transmission and iridescence as the
glTF extensions define them. Radiances are linear.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renderd.pipeline.poster.light import Light
from renderd.pipeline.poster.material import Look
from renderd.pipeline.poster.pyramid import Floats
from renderd.pipeline.poster.split_sum import environment_brdf
from renderd.pipeline.poster.thin_film import film_reflectance
from renderd.pipeline.poster.vectors import dot, largest, unit

SMOOTHEST = 0.0525
COAT_REFLECTANCE = 0.04


def shade(look: Look, view: Floats, light: Light) -> tuple[Floats, Floats]:
    """Radiance (n, 3) towards the eye, weighted with alpha, and what passes through, (n, 3)."""
    coverage = look.alpha[:, None]
    if look.unlit:
        return look.base * coverage, np.broadcast_to(1 - coverage, look.base.shape)
    cosine = _cosine(look.normal, view)
    body = _body(look, cosine)
    matt, passing = _transmitted(look, body)
    ambient = light.scattered(look.normal)
    roughness = _roughness(look.roughness)
    mirrored = light.reflected(_reflection(look.normal, view, roughness), roughness)
    glossy = (mirrored * body.single + ambient * body.multiple) * _specular_occlusion(look, cosine)
    base = ambient * matt * look.occlusion[:, None] + glossy
    colour, passing = _layered(look, base, passing, view, light, ambient)
    return (colour + look.emissive) * coverage, 1 - coverage + coverage * passing


@dataclass(frozen=True, slots=True)
class _Body:
    """Shares (n, 3) of light that the base reflects: at once, after bounces between facets, diffusely.

    ``entering`` is what its surface lets in.
    """

    single: Floats
    multiple: Floats
    diffuse: Floats
    entering: Floats


def _body(look: Look, cosine: Floats) -> _Body:
    metal = look.metalness[:, None]
    straight = ((look.ior - 1) / (look.ior + 1)) ** 2
    plain = np.minimum(straight * look.specular_colour, 1) * look.specular[:, None]
    grazing = look.specular[:, None] * (1 - metal) + metal
    scale, bias = environment_brdf(_roughness(look.roughness), cosine)
    single, multiple = _scattering(_filmed(look, cosine, plain), grazing, scale, bias)
    diffuse = look.base * (1 - metal) * (1 - single - multiple)
    if look.metalness.any():
        bright, again = _scattering(_filmed(look, cosine, look.base), grazing, scale, bias)
        single, multiple = single + metal * (bright - single), multiple + metal * (again - multiple)
    entering = (1 - metal) * (1 - plain - (1 - plain) * ((1 - cosine) ** 5)[:, None])
    return _Body(single, multiple, diffuse, entering)


def _filmed(look: Look, cosine: Floats, reflectance: Floats) -> Floats:
    """Normal reflectance (n, 3) under the thin film, if there is one."""
    if look.iridescence is None or look.film is None:
        return reflectance
    seen = film_reflectance(cosine, look.film, look.film_ior, reflectance)
    return reflectance + look.iridescence[:, None] * (seen - reflectance)


def _scattering(reflectance: Floats, grazing: Floats, scale: Floats, bias: Floats) -> tuple[Floats, Floats]:
    """Shares (n, 3) of light reflected once, and after several bounces between facets."""
    single = reflectance * scale + grazing * bias
    lost = 1 - (scale + bias)
    average = reflectance + (1 - reflectance) * (1 / 21)
    return single, lost * single * average / (1 - lost * average)


def _transmitted(look: Look, body: _Body) -> tuple[Floats, Floats]:
    """The diffuse share (n, 3) that is left, and what passes straight through (n, 3)."""
    if look.transmission is None or look.attenuation is None:
        return body.diffuse, np.zeros_like(body.diffuse)
    share = look.transmission[:, None]
    return body.diffuse * (1 - share), share * look.base * look.attenuation * body.entering


def _layered(
    look: Look, colour: Floats, passing: Floats, view: Floats, light: Light, ambient: Floats
) -> tuple[Floats, Floats]:
    """Sheen and clear coat on top of the base; each takes its energy from what lies below."""
    if look.sheen is not None and look.sheen_roughness is not None:
        albedo = sheen_albedo(look.sheen_roughness, _cosine(look.normal, view))[:, None]
        kept = 1 - largest(look.sheen) * albedo
        colour = colour * kept + ambient * look.sheen * albedo * look.occlusion[:, None]
        passing = passing * kept
    if (
        look.clearcoat is not None
        and look.clearcoat_roughness is not None
        and look.clearcoat_normal is not None
    ):
        coated = _coat(look.clearcoat_normal, look.clearcoat_roughness, view, light)
        cosine = _cosine(look.clearcoat_normal, view)
        fresnel = (COAT_REFLECTANCE + (1 - COAT_REFLECTANCE) * (1 - cosine) ** 5) * look.clearcoat
        colour = colour * (1 - fresnel)[:, None] + coated * (look.clearcoat * look.occlusion)[:, None]
        passing = passing * (1 - fresnel)[:, None]
    return colour, passing


def _coat(normal: Floats, roughness: Floats, view: Floats, light: Light) -> Floats:
    rough = _roughness(roughness)
    scale, bias = environment_brdf(rough, _cosine(normal, view))
    return light.reflected(_reflection(normal, view, rough), rough) * (COAT_REFLECTANCE * scale + bias)


def sheen_albedo(roughness: Floats, cosine: Floats) -> Floats:
    """Directional albedo of Charlie sheen (n,): three.js's fit of its integral, release 185."""
    square, inverse = roughness * roughness, 1 / (roughness + 0.1)
    slope = -1.9362 + 1.0678 * roughness + 0.4573 * square - 0.8469 * inverse
    start = -0.6014 + 0.5538 * roughness - 0.4670 * square - 0.1255 * inverse
    return np.asarray(np.clip(np.exp(slope * cosine + start), 0, 1))


def _specular_occlusion(look: Look, cosine: Floats) -> Floats:
    """Lagarde and de Rousiers, "Moving Frostbite to Physically Based Rendering", 2014, listing 26."""
    power = np.exp2(-16 * look.roughness - 1)
    share: Floats = np.clip(np.maximum(cosine + look.occlusion, 0) ** power - 1 + look.occlusion, 0, 1)
    return share[:, None].astype(np.float32)


def _reflection(normal: Floats, view: Floats, roughness: Floats) -> Floats:
    """The axis of the reflected lobe: rough ones lean towards the normal."""
    along = dot(normal, view)[:, None]
    mirror = 2 * along * normal - view
    mixed = mirror + (normal - mirror) * (np.clip(roughness, 0, 1) ** 4)[:, None]
    return unit(mixed)


def _roughness(values: Floats) -> Floats:
    return np.clip(values, SMOOTHEST, 1)


def _cosine(normal: Floats, view: Floats) -> Floats:
    return np.clip(dot(normal, view), 1e-3, 1)
