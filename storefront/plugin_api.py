"""What a plugin can say: frozen data and type aliases, standard library only.

A plugin is a package with one module-level ``plugin = Plugin(...)``, named in the entry-point
group ``storefront.plugins``. It imports this module and nothing else of the shop. It owns no
tables, routes, requests or transactions: it states facts, and pure functions over a selection.

Amounts are integers in the minor unit of the shop's currency (cents). Lengths of an option are
whole numbers of its ``unit``; lengths of a model are metres, Y up, as glTF has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

API_VERSION = "1.1"
"""1.1 added ``Supply``, ``Pick.stocked``, ``Choice.grams`` and ``lead_days``; 1.0 plugins still load."""

Value = str | int
"""A choice's key or a text (str), or a measure in the option's unit (int)."""

Selection = Mapping[str, Value]
"""Option key -> value. Rules and price rules always see a complete one."""

Axis = Literal["x", "y", "z"]

Side = Literal["width", "height", "depth"]
"""A side of a product: left to right, floor to top, front to back."""

LENGTHS: Mapping[str, float] = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254}
"""Metres in each unit of length."""

GRAMS: Mapping[str, int] = {"g": 1, "kg": 1000}
"""Grams in each unit of weight."""


# --- what a choice does to the model ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Material:
    """A look, in the terms of glTF's metallic-roughness material; None keeps what the model has.

    ``color`` and ``sheen`` are sRGB ``#rrggbb``; the base colour *texture* stays and is tinted, so
    a fabric keeps its weave. The other numbers run from 0 to 1.
    """

    color: str | None = None
    roughness: float | None = None
    metalness: float | None = None
    clearcoat: float | None = None
    sheen: str | None = None


@dataclass(frozen=True, slots=True)
class Paint:
    """Give the model's material named ``slot`` another look."""

    slot: str
    material: Material


@dataclass(frozen=True, slots=True)
class Show:
    """Show the node named ``node``; nodes that only other choices of the option show are hidden."""

    node: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Grow ``node`` (and what hangs under it) along ``axis`` to the value of the measure ``option``.

    The growth is the value less the measure's default, in metres. X and Z grow evenly about the
    node's middle, Y upwards from its foot. The outer ``keep`` metres at each end move rigidly, so
    that arms, legs and bevels keep their shape; what lies between them is scaled.
    """

    node: str
    axis: Axis
    option: str
    keep: float = 0.0


@dataclass(frozen=True, slots=True)
class Variant:
    """Choose the ``KHR_materials_variants`` variant called ``name``."""

    name: str


Effect = Paint | Show | Stretch | Variant


# --- what can be chosen -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a pick's choices. ``swatch`` is ``#rrggbb``; ``note`` is a line of help.

    ``grams`` is what it adds to the weight (negative: takes off), ``lead_days`` how many days longer it
    takes.
    """

    key: str
    label: str
    effects: tuple[Effect, ...] = ()
    surcharge: int = 0
    swatch: str | None = None
    note: str = ""
    grams: int = 0
    lead_days: int = 0


@dataclass(frozen=True, slots=True)
class Pick:
    """One of several choices; the first is the default unless ``default`` names another.

    ``stocked``: pieces of each choice lie apart in stock, as a shoe's sizes do.
    """

    key: str
    label: str
    choices: tuple[Choice, ...]
    default: str = ""
    note: str = ""
    stocked: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """A whole number of ``unit`` from ``low`` to ``high``, in steps.

    ``surcharge`` is per unit above the default.
    """

    key: str
    label: str
    low: int
    high: int
    default: int
    step: int = 1
    unit: Literal["mm", "cm"] = "cm"
    surcharge: int = 0
    effects: tuple[Effect, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; ``surcharge`` is per letter, spaces free. ``pattern`` is a full-match regex."""

    key: str
    label: str
    max_length: int
    pattern: str = r"[\w .,&'+\-]*"
    surcharge: int = 0
    note: str = ""


Option = Pick | Measure | Text


# --- what can't be combined, and what it costs --------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a selection can't be made: the sentence that the shopper reads, and a one-click way out.

    ``options`` are the keys that clash; ``fix`` is what to change, ``fix_label`` says it ("Use oak legs").
    """

    message: str
    options: tuple[str, ...]
    fix: Mapping[str, Value]
    fix_label: str


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One labelled part of a price; a negative amount is a reduction."""

    label: str
    amount: int


Rule = Callable[[Selection], Iterable[Problem]]
PriceRule = Callable[[Selection, int], Iterable[PriceLine]]
"""(complete selection, subtotal so far in minor units) -> further lines. Pure."""


# --- what it is, how it is shown and made -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attribute:
    """A fact about a product. ``choices`` maps stored values to labels; without it the value is free.

    ``facet`` makes it a filter in category and search pages. ``measures`` says which side of the product
    it is, of its ``unit`` (mm, cm, m or in): uploaded models are checked against it.
    """

    key: str
    label: str
    unit: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    facet: bool = False
    measures: Side | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """A custom element ``element``, defined by ``module`` in the plugin's ``static/`` folder.

    An empty module is the stock element. A viewer of your own subclasses the stock one, found with
    ``customElements.get("product-viewer")`` (docs/plugins.md).
    """

    element: str = "product-viewer"
    module: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of detail: the most triangles, texture side in pixels and bytes on the wire that it may have.

    Within these it is the smallest file that looks different from the source by ``difference`` at most: 0
    is the same picture, 1 nothing alike. At 0.12 a preview is softer, at 0.04 the eye finds no difference
    on a screen, and at 0.02 it finds none close up; finer levels are looked at closer.
    """

    name: Literal["preview", "standard", "high"]
    triangles: int
    texture: int
    wire_bytes: int
    difference: float = 0.04


LEVELS = (
    Level("preview", 20_000, 512, 1_000_000, 0.13),
    Level("standard", 100_000, 1024, 5_000_000, 0.05),
    Level("high", 400_000, 2048, 15_000_000, 0.04),
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the models of a product type are made.

    ``unit`` is what a file without units (OBJ, STL, PLY) counts in; "auto" finds out, and asks the
    merchant where it can't. ``prepare`` is
    ``"package.module:function"``, imported by the worker alone: it takes the input's path and an
    output folder, and returns the path of the file to convert.
    """

    levels: tuple[Level, ...] = LEVELS
    unit: Literal["auto", "m", "cm", "mm", "in"] = "auto"
    prepare: str | None = None


@dataclass(frozen=True, slots=True)
class Supply:
    """How the goods of a type come to be there. Not ``stocked``: made to order, so that no units are counted.

    ``lead_days`` working days pass before a parcel leaves, and those of the slowest choice on top. A
    piece weighs ``grams`` packed, or what the attribute named ``weighed`` says (its unit is g or kg), and
    what the choices add.
    """

    stocked: bool = True
    lead_days: int = 2
    grams: int = 1000
    weighed: str = ""


@dataclass(frozen=True, slots=True)
class ProductType:
    """A kind of product: facts, options, rules, prices, and how it is shown, made and supplied."""

    name: str
    title: str
    plural: str
    attributes: tuple[Attribute, ...] = ()
    options: tuple[Option, ...] = ()
    rules: tuple[Rule, ...] = ()
    price_rules: tuple[PriceRule, ...] = ()
    viewer: Viewer = Viewer()
    recipe: Recipe = Recipe()
    supply: Supply = Supply()


@dataclass(frozen=True, slots=True)
class SeedProduct:
    """A demo product. ``model`` is ``"package.module:function"``, a function that returns GLB bytes.

    ``price`` is in minor units. ``defaults`` replaces the options' defaults for this product.
    """

    slug: str
    title: str
    product_type: str
    summary: str
    description: str
    price: int
    model: str
    attributes: Mapping[str, Value] = field(default_factory=dict)
    defaults: Mapping[str, Value] = field(default_factory=dict)


def no_seed() -> Iterable[SeedProduct]:
    """The default: no demo goods."""
    return ()


@dataclass(frozen=True, slots=True)
class Plugin:
    """The manifest of a category. ``api`` is the lowest API version that it needs ("1.0")."""

    name: str
    title: str
    summary: str
    product_types: tuple[ProductType, ...]
    api: str = API_VERSION
    seed: Callable[[], Iterable[SeedProduct]] = no_seed
