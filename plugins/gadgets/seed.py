"""The gadgets that a new shop opens with."""

from __future__ import annotations

from collections.abc import Iterable

from storefront.plugin_api import SeedProduct

WATCHES = (
    SeedProduct(
        slug="vesper-38",
        title="Vesper 38",
        product_type="watch",
        summary="A thin dress watch with a domed glass and a dial you could drink.",
        description=(
            "Vesper slips under a cuff and stays there. The case is 38 mm across and barely 9 mm thick, "
            "brushed on its flanks and polished where light should catch. Twelve markers, each cut "
            "from solid brass and set by hand, stand on a dial with nothing else to say. "
            "Have a few words engraved on the back: the wearer will know that they are there."
        ),
        price=329_00,
        model="plugins.gadgets.meshes.watch:vesper_38",
        attributes={
            "style": "dress",
            "movement": "automatic",
            "water": "50",
            "diameter": 38,
            "thickness": 9,
            "glass": "Domed sapphire",
        },
        defaults={"case": "gold", "dial": "ivory", "strap": "leather", "strap-colour": "cognac"},
    ),
    SeedProduct(
        slug="tidemark-diver",
        title="Tidemark Diver",
        product_type="watch",
        summary="Good to 300 metres, and to every dinner after.",
        description=(
            "A diver's watch with no swagger: a bezel that clicks round one way in sixty steps, markers "
            "that glow until morning, and a crown that screws down so firmly that you forget the sea. "
            "The strap is natural rubber with a hint of vanilla, or a bracelet with solid links."
        ),
        price=449_00,
        model="plugins.gadgets.meshes.watch:tidemark_diver",
        attributes={
            "style": "dive",
            "movement": "automatic",
            "water": "300",
            "diameter": 41,
            "thickness": 13,
            "glass": "Sapphire, 3 mm",
        },
        defaults={"case": "steel", "dial": "midnight", "strap": "rubber", "strap-colour": "navy"},
    ),
    SeedProduct(
        slug="larkfield-36",
        title="Larkfield 36",
        product_type="watch",
        summary="The field watch, drawn again: twelve clear numerals and a strap that has seen things.",
        description=(
            "You read it at a glance, in rain, on a ladder. Larkfield is 36 mm of brushed steel with "
            "numerals drawn for this dial alone. Wind it each morning: thirty turns, "
            "about as long as the kettle takes. It will outlast the kettle."
        ),
        price=279_00,
        model="plugins.gadgets.meshes.watch:larkfield_36",
        attributes={
            "style": "field",
            "movement": "hand-wound",
            "water": "100",
            "diameter": 36,
            "thickness": 10,
            "glass": "Domed sapphire",
        },
        defaults={"case": "steel", "dial": "forest", "strap": "leather", "strap-colour": "chestnut"},
    ),
)
HEADPHONES = (
    SeedProduct(
        slug="hush-over-ears",
        title="Hush over-ears",
        product_type="headphones",
        summary="Headphones for trains, open-plan offices and other weather.",
        description=(
            "Hush weighs as much as a good apple and a half and grips no harder than a hand. Cushions, "
            "cable and headband come off with a turn and can be bought for years to come. "
            "Choose your colours, and your initials inside the band, so that it stays yours."
        ),
        price=249_00,
        model="plugins.gadgets.meshes.headphones:hush",
        attributes={"use": "travel", "connection": "wireless", "driver": 40, "battery": 38, "weight": 262},
        defaults={"shell": "chalk", "cushion": "tan"},
    ),
    SeedProduct(
        slug="reverie-studio",
        title="Reverie Studio",
        product_type="headphones",
        summary="Open cups, 50 mm drivers, and a stage as wide as the room.",
        description=(
            "Made for people who mix, and for people who listen to all of it. The cups are open, so the "
            "sound goes where it wants; knit cushions keep your ears cool through the second half. "
            "A steel band, a metre and a half of cable, and nothing to charge before you begin."
        ),
        price=389_00,
        model="plugins.gadgets.meshes.headphones:reverie",
        attributes={"use": "studio", "connection": "both", "driver": 50, "battery": 24, "weight": 318},
        defaults={"shell": "graphite", "cushion": "stone", "pads": "knit", "cups": "open"},
    ),
)
SPEAKERS = (
    SeedProduct(
        slug="cove-table-speaker",
        title="Cove table speaker",
        product_type="speaker",
        summary="A round of sound for the kitchen table, wrapped in woven fabric.",
        description=(
            "Put Cove in the middle and everybody sits in the good seat: it plays all round. "
            "The top is one turned piece of wood with one dial, because a volume knob should be a "
            "knob. Under the fabric, a 90 mm woofer works downwards, so that the table joins in."
        ),
        price=149_00,
        model="plugins.gadgets.meshes.speaker:cove",
        attributes={
            "place": "table",
            "room-size": "small",
            "output": 30,
            "woofer": 90,
            "inputs": "Bluetooth 6, USB-C",
        },
        defaults={"grille": "oat", "cabinet": "oak"},
    ),
    SeedProduct(
        slug="linden-bookshelf",
        title="Linden bookshelf speaker",
        product_type="speaker",
        summary="Real veneer, a cloth front, and a voice that carries across the room.",
        description=(
            "Linden is built as an instrument maker would: rounded edges that keep the treble clean, "
            "a cabinet braced inside, veneer laid so that the grain runs over the top. "
            "Amplifier included, so all it needs is a socket and something worth playing."
        ),
        price=299_00,
        model="plugins.gadgets.meshes.speaker:linden",
        attributes={
            "place": "shelf",
            "room-size": "large",
            "output": 80,
            "woofer": 165,
            "inputs": "Bluetooth 6, line, optical",
        },
        defaults={"grille": "charcoal", "cabinet": "walnut", "feet": "brass"},
    ),
)
KEYBOARDS = (
    SeedProduct(
        slug="tenor-75",
        title="Tenor 75",
        product_type="keyboard",
        summary="Every key you use, none that you dust. Milled from one block of aluminium.",
        description=(
            "Tenor has the arrows and the function row, and leaves out the rest. The case is milled from "
            "one block and tuned with gaskets, so each key lands with the same low note. "
            "Caps are dyed through, so their letters never wear off. "
            "The knob does volume, or whatever you tell it."
        ),
        price=189_00,
        model="plugins.gadgets.meshes.keyboard:tenor_75",
        attributes={
            "layout": "75",
            "profile": "classic",
            "keys": 82,
            "weight": 1480,
            "caps-made-of": "PBT, dye-sublimated",
        },
        defaults={"case": "silver", "caps": "linen", "cable": "coiled"},
    ),
    SeedProduct(
        slug="piccolo-60",
        title="Piccolo 60",
        product_type="keyboard",
        summary="Sixty-one keys in a case as wide as a sheet of paper is tall.",
        description=(
            "Piccolo fits in the bag beside the laptop and makes any café table a desk. What it lacks in "
            "keys it keeps under one finger: hold the corner key, and arrows, media and functions are where "
            "your hands already are."
        ),
        price=139_00,
        model="plugins.gadgets.meshes.keyboard:piccolo_60",
        attributes={
            "layout": "60",
            "profile": "classic",
            "keys": 61,
            "weight": 690,
            "caps-made-of": "PBT, dye-sublimated",
        },
        defaults={"case": "pine", "caps": "matcha"},
    ),
)


def seed() -> Iterable[SeedProduct]:
    """Nine products, best sellers first."""
    return (*WATCHES, *HEADPHONES, *SPEAKERS, *KEYBOARDS)
