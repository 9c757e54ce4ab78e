"""Remarks on what a model weighs: triangles, draw calls, textures, memory."""

from __future__ import annotations

from collections.abc import Iterator

from renderd.pipeline.manifest import Remark
from renderd.pipeline.report.survey import Survey, worn
from renderd.pipeline.report.words import counted, listed, megabytes

MANY_DRAWS = 150
"""Draw calls from which phones stutter."""

LARGE_TEXTURE = 4096
"""Pixels a side from which a texture holds more than any level shows."""

TINY = 0.002
"""Share of the model's longest side under which a part is hardly seen."""

HEAVY_SHARE = 0.1


def on_weight(survey: Survey) -> Iterator[Remark]:
    """The source in numbers, and what is too much of it."""
    yield summary(survey)
    if survey.draws > MANY_DRAWS:
        yield Remark(
            "many-draws",
            "warning",
            f"The model is drawn in {survey.draws:,} steps; phones stutter from {MANY_DRAWS} on.",
            "Join parts that wear the same material, except those that options show or paint.",
        )
    yield from on_textures(survey)
    yield from on_tiny(survey)
    yield from on_duplicates(survey)


def summary(survey: Survey) -> Remark:
    """Counts and memory of the source, in one line."""
    textures, share = "no textures", ""
    if survey.textures:
        textures = f"{counted(len(survey.textures), 'texture')} of up to {survey.largest:,} pixels"
        share = f", {megabytes(survey.texture_bytes)} of them textures"
    return Remark(
        "source",
        "note",
        f"Your file has {counted(survey.triangles, 'triangle')} in {counted(survey.draws, 'draw call')} and"
        f" {textures}: {megabytes(survey.memory)} on a phone as it is{share}.",
        "Shoppers load the levels that are made of it, never this file.",
    )


def on_textures(survey: Survey) -> Iterator[Remark]:
    """A note on textures with more pixels than any level shows."""
    large = [size for size in survey.textures.values() if max(size) > LARGE_TEXTURE]
    if large:
        yield Remark(
            "large-textures",
            "note",
            f"{counted(len(large), 'texture has', 'textures have')} more than {LARGE_TEXTURE:,} pixels"
            f" a side, the largest {survey.largest:,}; levels show fewer.",
            f"Nothing must be done. Textures of {LARGE_TEXTURE:,} pixels upload faster and look the same.",
        )


def on_tiny(survey: Survey) -> Iterator[Remark]:
    """A note on parts too small to be seen, if they have many of the triangles."""
    shown = [piece for piece in survey.pieces if not piece.hidden]
    longest = max(max(p.high[axis] for p in shown) - min(p.low[axis] for p in shown) for axis in range(3))
    tiny = [piece for piece in shown if piece.size < TINY * longest]
    triangles = sum(piece.triangles for piece in tiny)
    if tiny and triangles > HEAVY_SHARE * survey.triangles:
        yield Remark(
            "tiny-parts",
            "note",
            f"{counted(len(tiny), 'part is', 'parts are')} too small to be seen, but"
            f" {'has' if len(tiny) == 1 else 'have'} {triangles / survey.triangles:.0%} of the"
            f" triangles: {listed(piece.name for piece in tiny)}.",
            "Leave them out, or make them of fewer triangles.",
        )


def named(names: list[str]) -> str:
    """Materials by their names, which may be one."""
    if len(set(names)) > 1:
        return f"The materials {listed(names)}"
    return f"{len(names)} materials {f'named {listed(names)}' if names[0] else 'without a name'}"


def on_duplicates(survey: Survey) -> Iterator[Remark]:
    """A note on materials that differ in name only."""
    alike: dict[str, list[str]] = {}
    for index in worn(survey):
        material = survey.document.json["materials"][index]
        look = repr(sorted((key, repr(value)) for key, value in material.items() if key != "name"))
        alike.setdefault(look, []).append(material.get("name", ""))
    for names in alike.values():
        if len(names) > 1:
            yield Remark(
                "duplicate-materials",
                "note",
                f"{named(names)} look the same.",
                "Make them one, unless options paint them apart: fewer materials draw faster.",
            )
