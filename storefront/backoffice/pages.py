"""What the merchant's templates see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storefront.catalog.snapshot import Picture
from storefront.plugin_api import Attribute


@dataclass(frozen=True, slots=True)
class Row:
    """A product in the list. ``model`` says in words how its model stands."""

    slug: str
    title: str
    type_title: str
    price: int
    active: bool
    model: str
    working: bool
    thumb: Picture | None


@dataclass(frozen=True, slots=True)
class ProductsPage:
    """Products that fit, a page of them; ``state`` is the key of one of ``states``, or empty."""

    rows: tuple[Row, ...]
    total: int
    text: str
    state: str
    states: tuple[tuple[str, str], ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A level of detail: bytes on the wire, triangles, longest texture side in pixels (0: none), what is
    to be seen of the difference to the file ("" if unknown), and bytes of memory on a phone (0: unknown).
    """

    name: str
    wire_bytes: int
    triangles: int
    texture: int
    look: str
    memory: int


@dataclass(frozen=True, slots=True)
class Note:
    """Something the merchant should know about a model, and what to do about it."""

    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of one severity (error, warning, note), under a title and what to do about all of them."""

    severity: str
    title: str
    notes: tuple[Note, ...]
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question: what is sent, what it is called, and what it means."""

    value: str
    label: str
    meaning: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """How large an upload is and which way is up. ``sure`` where neither is a guess."""

    asset_id: str
    sure: bool
    units: tuple[Answer, ...]
    ups: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What became of a model file. Sizes in centimetres."""

    picture: Picture
    fallback: Picture
    levels: tuple[LevelRow, ...]
    width: float
    depth: float
    height: float
    notes: tuple[Notes, ...]


@dataclass(frozen=True, slots=True)
class UploadCard:
    """One upload and how far it is; ``waiting`` for a renderer. ``detail`` is why it failed in the machine's
    words, behind ``error`` in ours. ``facts`` and ``question`` once it is ready; ``live`` where the shop
    shows it, ``kept`` where we still have its file.
    """

    asset_id: str
    filename: str
    size: str
    state: str
    stage: str
    percent: int
    error: str
    detail: str
    working: bool
    waiting: bool
    live: bool
    kept: bool
    facts: ModelFacts | None
    question: Question | None


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A product as the merchant sees it. ``current`` is what the shop shows, ``upload`` the newest file,
    ``error`` why the last one was refused; ``wanted`` are the names in a model by which options find parts;
    ``counted`` goods are sold out until units of them were received.
    """

    slug: str
    title: str
    summary: str
    active: bool
    facts: tuple[tuple[str, str], ...]
    current: ModelFacts | None
    upload: UploadCard | None
    limit: str
    accept: str
    error: str
    wanted: tuple[tuple[str, str], ...]
    counted: bool


@dataclass(frozen=True, slots=True)
class Picked:
    """A choice of a select."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class TypePage:
    """The first step of a new product: what kind it is."""

    types: tuple[tuple[str, tuple[Picked, ...]], ...]


@dataclass(frozen=True, slots=True)
class FormPage:
    """The form of a new product (``slug`` empty) or an old one; ``errors`` by field."""

    slug: str
    type_name: str
    type_title: str
    currency: str
    categories: tuple[Picked, ...]
    attributes: tuple[Attribute, ...]
    values: Mapping[str, str]
    errors: Mapping[str, str]
    version: int
