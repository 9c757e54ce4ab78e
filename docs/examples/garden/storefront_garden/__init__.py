"""A category in ten minutes: planters for the terrace."""

from collections.abc import Iterator

from storefront.plugin_api import (
    Attribute,
    Choice,
    Material,
    Measure,
    Paint,
    Pick,
    Plugin,
    PriceLine,
    Problem,
    ProductType,
    SeedProduct,
    Selection,
    Show,
    Stretch,
)

MATERIAL = Pick(
    "material",
    "Material",
    (
        Choice("larch", "Larch", (Show("body-larch"),), swatch="#b98a5a"),
        Choice("steel", "Weathering steel", (Show("body-steel"),), surcharge=4900, swatch="#8a4b2a"),
    ),
)
COLOUR = Pick(
    "colour",
    "Feet",
    (
        Choice("black", "Black", (Paint("feet", Material("#1d1d1f", roughness=0.6)),), swatch="#1d1d1f"),
        Choice("moss", "Moss", (Paint("feet", Material("#5d6b45", roughness=0.6)),), swatch="#5d6b45"),
    ),
)
LENGTH = Measure(
    "length", "Length", 60, 180, 80, 20, surcharge=60, effects=(Stretch("planter", "x", "length", keep=0.08),)
)


def larch_bends(selection: Selection) -> Iterator[Problem]:
    """Wet soil bends a long board."""
    if selection["material"] == "larch" and int(selection["length"]) > 140:
        yield Problem(
            "Larch boards bend when they are longer than 140 cm.",
            ("material", "length"),
            {"material": "steel"},
            "Use weathering steel",
        )


def terrace_pair(selection: Selection, subtotal: int) -> Iterator[PriceLine]:
    """A long planter saves on freight."""
    if int(selection["length"]) >= 160:
        yield PriceLine("Freight of one piece instead of two", -subtotal // 20)


def seed() -> Iterator[SeedProduct]:
    """What a demo shop starts with."""
    yield SeedProduct(
        slug="long-planter",
        title="Long planter",
        product_type="planter",
        summary="A trough for herbs, in larch or weathering steel.",
        description="Boards on four feet, with room for sixty litres of soil.",
        price=12900,
        model="storefront_garden.meshes:long_planter",
        attributes={"litres": 60},
    )


plugin = Plugin(
    "garden",
    "Garden",
    "For terraces and balconies",
    (
        ProductType(
            "planter",
            "Planter",
            "Planters",
            attributes=(Attribute("litres", "Holds", "l", facet=True),),
            options=(MATERIAL, COLOUR, LENGTH),
            rules=(larch_bends,),
            price_rules=(terrace_pair,),
        ),
    ),
    seed=seed,
)
