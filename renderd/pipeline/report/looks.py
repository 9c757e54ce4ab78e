"""Remarks on materials: what is missing, and what is transparent."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import numpy as np
from PIL import Image

from renderd.pipeline.document import Json
from renderd.pipeline.manifest import Remark, Severity
from renderd.pipeline.materials import texture_sets
from renderd.pipeline.report.survey import Piece, Survey, worn
from renderd.pipeline.report.words import counted, listed

MOST_ALPHA = 4096
"""Pixels a side up to which a texture is decoded to look at its transparency."""

CUT_OUT = 0.97
"""Share of texels that are opaque or clear, from which a texture is a cut-out."""


def on_looks(survey: Survey, dropped: Iterable[str]) -> Iterator[Remark]:
    """Remarks on extensions left out, normals, coordinates, maps and transparency."""
    for name in dropped:
        yield Remark(
            "extension-dropped",
            "note",
            f"{name} is not shown and was left out.",
            "Check the look without it.",
        )
    yield from on_strokes([piece for piece in survey.pieces if piece.primitive.get("mode", 4) < 4])
    shown = [piece for piece in survey.pieces if piece.primitive.get("mode", 4) >= 4]
    yield from on_normals(shown)
    yield from on_coordinates(survey, shown)
    yield from on_colours(survey, shown)
    yield from on_metal(survey)
    yield from on_blend(survey)


def on_strokes(drawn: list[Piece]) -> Iterator[Remark]:
    """A warning about points and lines: they have no surface that light could fall on."""
    if drawn:
        yield Remark(
            "points-and-lines",
            "warning",
            f"{listed(piece.name for piece in drawn)}: points and lines show in the viewer, but not in"
            " pictures or Quick Look.",
            "Give them a thickness: model them as thin tubes or strips.",
        )


def on_normals(shown: list[Piece]) -> Iterator[Remark]:
    """A warning if parts have no normals and therefore look faceted."""
    bare = [piece for piece in shown if "NORMAL" not in piece.primitive["attributes"]]
    if bare:
        yield Remark(
            "no-normals",
            "warning",
            f"{len(bare)} of {len(shown)} parts have no normals and look faceted:"
            f" {listed(piece.name for piece in bare)}.",
            "Export the model with normals.",
        )


def on_coordinates(survey: Survey, shown: list[Piece]) -> Iterator[Remark]:
    """An error if parts wear a texture that they have no coordinates for."""
    bare = [piece for piece in shown if wanted(survey.material(piece)) - piece.primitive["attributes"].keys()]
    if bare:
        yield Remark(
            "no-coordinates",
            "error",
            f"{listed(piece.name for piece in bare)}: textures can't show, for want of texture coordinates.",
            "Unwrap these parts (UV), or give them a material without textures.",
        )


def wanted(material: Json) -> set[str]:
    """The sets of texture coordinates that a material uses."""
    return {f"TEXCOORD_{number}" for number in texture_sets(material)}


def on_colours(survey: Survey, shown: list[Piece]) -> Iterator[Remark]:
    """A warning if parts have no material at all, a note if a material has no colour."""
    bare = [p for p in shown if "material" not in p.primitive and "COLOR_0" not in p.primitive["attributes"]]
    if bare:
        yield Remark(
            "no-material",
            "warning",
            f"{counted(len(bare), 'part has', 'parts have')} no material and"
            f" {'looks' if len(bare) == 1 else 'look'} like white plastic: {listed(p.name for p in bare)}.",
            "Give every part a material.",
        )
    plain = [
        survey.document.json["materials"][index].get("name", "")
        for index, pieces in worn(survey).items()
        if is_white(survey.document.json["materials"][index], pieces)
    ]
    if plain:
        yield Remark(
            "no-colour",
            "note",
            f"{listed(plain)} {'has' if len(plain) == 1 else 'have'} neither a colour nor a texture for it:"
            " plain white.",
            "Nothing must be done if white is meant, or if options paint it.",
        )


def is_white(material: Json, pieces: list[Piece]) -> bool:
    """Whether nobody has given a material a colour."""
    surface = material.get("pbrMetallicRoughness", {})
    told = {"baseColorTexture", "baseColorFactor"} & surface.keys()
    shaded = any("COLOR_0" in piece.primitive["attributes"] for piece in pieces)
    glows = any(material.get("emissiveFactor", ())) or "emissiveTexture" in material
    clear = "KHR_materials_transmission" in material.get("extensions", {})
    return not (told or shaded or glows or clear)


def on_metal(survey: Survey) -> Iterator[Remark]:
    """A warning about materials that are metal because nobody said otherwise."""
    found = []
    for index in worn(survey):
        material = survey.document.json["materials"][index]
        surface = material.get("pbrMetallicRoughness", {})
        # Exporters leave out what is the default: who states a roughness has meant the metal.
        told = {"metallicFactor", "roughnessFactor", "metallicRoughnessTexture"} & surface.keys()
        if not told and "KHR_materials_unlit" not in material.get("extensions", {}):
            found.append(material.get("name", ""))
    if found:
        yield Remark(
            "metal-unsaid",
            "warning",
            f"{listed(found)} {'says' if len(found) == 1 else 'say'} nothing of metal, which glTF reads as"
            " bare metal: dark, with blurred reflections.",
            "Set metallic to 0, or give it a map of metal and roughness.",
        )
    yield from on_roughness(survey)


def on_roughness(survey: Survey) -> Iterator[Remark]:
    """A note on metals without a stated roughness: they look like lead."""
    found = []
    for index in worn(survey):
        surface = survey.document.json["materials"][index].get("pbrMetallicRoughness", {})
        metal = surface.get("metallicFactor", 0) > 0.5
        if metal and not {"roughnessFactor", "metallicRoughnessTexture"} & surface.keys():
            found.append(survey.document.json["materials"][index].get("name", ""))
    if found:
        yield Remark(
            "metal-without-roughness",
            "note",
            f"The metal {listed(found)} has no roughness, and looks dull.",
            "Set roughness (0.2 to 0.5 for most metals), or give it a map.",
        )


# --- transparency ---------------------------------------------------------------------------------


def on_blend(survey: Survey) -> Iterator[Remark]:
    """Remarks on blended materials: they are drawn in an order that can't always be right."""
    document = survey.document
    blended = {
        index: pieces
        for index, pieces in worn(survey).items()
        if document.json["materials"][index].get("alphaMode") == "BLEND"
    }
    kinds = {index: alpha_of(survey, index) for index in blended}
    for kind, remark in KINDS.items():
        names = [document.json["materials"][i].get("name", "") for i, found in kinds.items() if found == kind]
        if names:
            code, severity, message, advice = remark
            yield Remark(code, severity, message.format(names=listed(names)), advice)
    clear = [piece for index, pieces in blended.items() if kinds[index] == "clear" for piece in pieces]
    yield from on_overlap(clear)


KINDS: dict[str, tuple[str, Severity, str, str]] = {
    "opaque": (
        "blend-opaque",
        "warning",
        "{names}: blended, but nowhere transparent. Parts behind may shine through from some sides.",
        "Set the alpha mode to OPAQUE.",
    ),
    "cut-out": (
        "blend-cut-out",
        "warning",
        "{names}: blended, but each point is either there or not.",
        "Set the alpha mode to MASK: it is sorted right from every side.",
    ),
}


def alpha_of(survey: Survey, index: int) -> str:
    """Whether a blended material is "opaque" everywhere, a "cut-out", or really "clear" somewhere."""
    surface = survey.document.json["materials"][index].get("pbrMetallicRoughness", {})
    if surface.get("baseColorFactor", (1, 1, 1, 1))[3] < 0.99:
        return "clear"
    if any("COLOR_0" in piece.primitive["attributes"] for piece in worn(survey)[index]):
        return "clear"
    texture = surface.get("baseColorTexture", {}).get("index")
    image = None if texture is None else survey.document.texture_image(texture)
    if image is None:
        return "opaque"
    return (
        "clear" if max(survey.textures[image]) > MOST_ALPHA else kind_of_alpha(survey.document.image(image))
    )


def kind_of_alpha(data: bytes) -> str:
    """Like :func:`alpha_of`, for the texels of an image."""
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as opened:
        if not opened.has_transparency_data:
            return "opaque"
        counts = np.array(opened.convert("RGBA").getchannel("A").histogram(), float)
    opaque, clear = counts[250:].sum(), counts[:6].sum()
    if opaque == counts.sum():
        return "opaque"
    return "cut-out" if opaque + clear >= CUT_OUT * counts.sum() else "clear"


def on_overlap(clear: list[Piece]) -> Iterator[Remark]:
    """A warning about transparent parts that lie in each other: their order changes with the view."""
    boxes = clear[:200]
    found = {
        name
        for at, one in enumerate(boxes)
        for other in boxes[at + 1 :]
        if bool((one.low < other.high).all() and (other.low < one.high).all())
        for name in (one.name, other.name)
    }
    if found:
        yield Remark(
            "blend-overlap",
            "warning",
            f"The transparent parts {listed(sorted(found))} lie within each other; which one is drawn first"
            " changes as the model turns.",
            "Use transmission (KHR_materials_transmission) for glass, or alpha mode MASK for cut-outs.",
        )
