"""What the templates of looks are told. Keys are object keys; the templates turn them into addresses."""

from __future__ import annotations

from dataclasses import dataclass

from storefront.catalog.pages import Poster


@dataclass(frozen=True, slots=True)
class Look:
    """A product as it was chosen: its picture, and the keys of its models for Quick Look and Scene Viewer,
    empty where there is none."""

    poster: Poster
    usdz: str
    plain: str


@dataclass(frozen=True, slots=True)
class RoomPart:
    """``looks/_room.html``: the way into the visitor's room. ``links`` once it is made, a ``poll_url``
    while it is being made, otherwise ``ask_url`` and perhaps why it can't be had."""

    title: str
    links: RoomLinks | None = None
    poll_url: str = ""
    ask_url: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RoomLinks:
    """Addresses for Quick Look and Scene Viewer, and the picture that Quick Look's link must hold."""

    quick_look: str
    scene_viewer: str
    picture: str
