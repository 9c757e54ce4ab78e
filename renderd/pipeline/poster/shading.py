"""What a surface sends to the eye under image-based lighting, as three.js's MeshPhysicalMaterial reckons.

Split-sum specular with Karis's fit of the environment BRDF ("Physically Based Shading on Mobile",
2014), energy returned by multiple scattering (Fdez-Agüera, "A Multiple-Scattering Microfacet Model
for Real-Time Image-based Lighting", 2019), clearcoat and transmission as the glTF extensions define
them, sheen with the Charlie distribution's fitted directional albedo (Estevez and Kulla, 2017).
Radiances are linear; v, n and r are the unit vectors to the eye, of the surface and of reflection.
"""

from __future__ import annotations

import numpy as np

from renderd.pipeline.poster.light import Light
from renderd.pipeline.poster.material import Look
from renderd.pipeline.poster.pyramid import Floats
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
    reflectance, grazing = _reflectance(look, cosine)
    single, multiple = _scattering(reflectance, grazing, _roughness(look.roughness), cosine)
    matt = look.base * (1 - look.metalness[:, None]) * (1 - largest(single + multiple))
    passing, diffuse = _transmitted(look, matt, reflectance, cosine)
    ambient = light.scattered(look.normal)
    mirrored = light.reflected(_reflection(look.normal, view, look.roughness), _roughness(look.roughness))
    glossy = mirrored * single + ambient * multiple
    base = ambient * diffuse * look.occlusion[:, None] + glossy * _specular_occlusion(look, cosine)
    colour, passing = _layered(look, base, passing, view, light, ambient)
    return (colour + look.emissive) * coverage, 1 - coverage + coverage * passing


def _reflectance(look: Look, cosine: Floats) -> tuple[Floats, Floats]:
    """Specular reflectance looking straight down (n, 3) and at a grazing angle (n, 1)."""
    metal = look.metalness[:, None]
    plain = np.minimum(((look.ior - 1) / (look.ior + 1)) ** 2 * look.specular_colour, 1)
    normal = plain * look.specular[:, None] * (1 - metal) + look.base * metal
    grazing = look.specular[:, None] * (1 - metal) + metal
    if look.iridescence is not None and look.film is not None:
        seen = film_reflectance(cosine, look.film, look.film_ior, normal)
        power = ((1 - cosine) ** 5)[:, None]
        film = np.clip((seen - power) / np.maximum(1 - power, 1e-4), 0, 1)
        normal = normal + look.iridescence[:, None] * (film - normal)
    return normal.astype(np.float32), grazing.astype(np.float32)


def _scattering(
    reflectance: Floats, grazing: Floats, roughness: Floats, cosine: Floats
) -> tuple[Floats, Floats]:
    """Shares (n, 3) of light reflected once, and after several bounces between facets."""
    scale, bias = environment_brdf(roughness, cosine)
    single = reflectance * scale + grazing * bias
    lost = 1 - (scale + bias)
    average = reflectance + (1 - reflectance) * np.float32(1 / 21)
    return single, lost * single * average / (1 - lost * average)


def environment_brdf(roughness: Floats, cosine: Floats) -> tuple[Floats, Floats]:
    """Karis's fit: the factor of the normal reflectance and the part for grazing angles, (n, 1) each."""
    x, y = 1 - roughness, 0.0425 - 0.0275 * roughness
    z, w = 1.04 - 0.572 * roughness, 0.022 * roughness - 0.04
    a = np.minimum(x * x, np.exp2(-9.28 * cosine)) * x + y
    return (z - 1.04 * a)[:, None].astype(np.float32), (w + 1.04 * a)[:, None].astype(np.float32)


def _transmitted(look: Look, diffuse: Floats, reflectance: Floats, cosine: Floats) -> tuple[Floats, Floats]:
    """What passes through the body (n, 3), and the diffuse colour that is left."""
    if look.transmission is None or look.attenuation is None:
        return np.zeros_like(diffuse), diffuse
    share = look.transmission[:, None] * (1 - look.metalness[:, None])
    surface = 1 - (reflectance + (1 - reflectance) * ((1 - cosine) ** 5)[:, None])
    return share * look.base * look.attenuation * surface, diffuse * (1 - share)


def _layered(
    look: Look, colour: Floats, passing: Floats, view: Floats, light: Light, ambient: Floats
) -> tuple[Floats, Floats]:
    """Sheen and clear coat on top of the base; each takes its energy from what lies below."""
    if look.sheen is not None and look.sheen_roughness is not None:
        albedo = sheen_albedo(look.sheen_roughness, _cosine(look.normal, view))[:, None]
        kept = 1 - np.float32(0.157) * largest(look.sheen)
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
        colour = colour * (1 - fresnel)[:, None] + coated * look.clearcoat[:, None]
        passing = passing * (1 - fresnel)[:, None]
    return colour, passing


def _coat(normal: Floats, roughness: Floats, view: Floats, light: Light) -> Floats:
    rough = _roughness(roughness)
    scale, bias = environment_brdf(rough, _cosine(normal, view))
    return light.reflected(_reflection(normal, view, rough), rough) * (COAT_REFLECTANCE * scale + bias)


def sheen_albedo(roughness: Floats, cosine: Floats) -> Floats:
    """Fitted directional albedo of the Charlie sheen (n,), as three.js evaluates it."""
    square, smooth = roughness * roughness, roughness < 0.25
    slope = np.where(
        smooth, -339.2 * square + 161.4 * roughness - 25.9, -8.48 * square + 14.3 * roughness - 9.95
    )
    start = np.where(smooth, 44 * square - 23.7 * roughness + 3.26, 1.97 * square - 3.27 * roughness + 0.72)
    albedo = np.exp(slope * cosine + start) + np.where(smooth, 0, 0.1 * (roughness - 0.25))
    return np.asarray(np.clip(albedo, 0, np.pi), np.float32)


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
