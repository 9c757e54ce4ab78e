"""A model's pictures, drawn once, against which others are held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from renderd.pipeline.difference.metric import Score, Shown, score
from renderd.pipeline.difference.views import View, around, close_ups
from renderd.pipeline.document import Document
from renderd.pipeline.poster.light import studio_light
from renderd.pipeline.poster.pyramid import Floats, floats
from renderd.pipeline.poster.render import developed, frame_points
from renderd.pipeline.poster.surface import Subject

STRIPE = 1 << 16
"""Rays at a time."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How different a model looks: a score for each view, and the mean of their values.

    0 is the same picture; docs/manifest.md says what the numbers look like.
    """

    value: float
    scores: tuple[Score, ...]


class Reference:
    """The source's pictures from some views."""

    def __init__(self, source: Document | Subject, views: Sequence[View]) -> None:
        """``source`` may be a subject that has been made already. Raises ModelError without triangles."""
        subject = source if isinstance(source, Subject) else Subject(source, studio_light())
        self.views = tuple(views)
        self._shown = [Shown.of(drawn(subject, view)) for view in self.views]

    def difference(self, other: Document | Subject) -> Difference:
        """How different ``other`` looks from the same cameras, under the same light."""
        subject = other if isinstance(other, Subject) else Subject(other, studio_light())
        pairs = zip(self._shown, self.views, strict=True)
        scores = [score(shown, Shown.of(drawn(subject, view))) for shown, view in pairs]
        return Difference(float(np.mean([s.value for s in scores])), tuple(scores))


def compare(source: Document, other: Document, views: Sequence[View] | None = None) -> Difference:
    """How different ``other`` looks from ``source``; without ``views``, as the level "standard" is judged."""
    subject = Subject(source, studio_light())
    return Reference(subject, level_views(subject)["standard"] if views is None else views).difference(other)


def level_views(source: Document | Subject) -> dict[str, tuple[View, ...]]:
    """The views by which each level is judged: the finer it is, the closer.

    A preview is seen whole. Standard fills a screen, and high bears a close look: both are judged by
    windows too, as if the whole picture were 640 and 1,700 pixels wide.
    """
    subject = source if isinstance(source, Subject) else Subject(source, studio_light())
    whole = whole_views(subject)
    pairs = [(view, Shown.of(drawn(subject, view)).planes[0]) for view in whole[:2]]
    near = [close_ups(view, luma, 1 / 4, 2) for view, luma in pairs]
    close = [close_ups(view, luma, 3 / 32, 2) for view, luma in pairs]
    return {
        "preview": whole,
        "standard": (*whole[:2], *near[0][:2], *near[1][:1]),
        "high": (*whole[:1], *close[0], *close[1]),
    }


def whole_views(subject: Subject) -> tuple[View, ...]:
    """All around a model, and from above."""
    return around(subject.geometry)


def drawn(subject: Subject, view: View) -> Floats:
    """The model without shadows: display-linear premultiplied RGBA (side, side, 4), a ray for each pixel."""
    side, camera = view.side, view.camera
    width = 2 * np.tan(np.radians(camera.fov) / 2) / side
    parts = []
    for start in range(0, side * side, STRIPE):
        row, column = np.divmod(np.arange(start, min(start + STRIPE, side * side)), side)
        rays = camera.rays(frame_points(column + 0.5, row + 0.5, side))
        order = np.zeros(len(rays), np.int32)
        parts.append(developed(subject.look(floats(camera.position), rays, width, order, 0)))
    return np.concatenate(parts).reshape(side, side, 4)
