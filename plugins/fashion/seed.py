"""Demo goods of the fashion shop."""

from __future__ import annotations

from collections.abc import Iterable

from storefront.plugin_api import SeedProduct

SHOES = (
    SeedProduct(
        slug="marlow-sneaker",
        title="Marlow sneaker",
        product_type="sneaker",
        summary="A clean court shoe in full-grain calf, coloured by you from the sole to the laces.",
        description=(
            "Marlow is the shoe that you reach for without thinking. Soft calf leather on a stitched cup "
            "sole that can be replaced, a padded collar, a leather-lined footbed that comes out. Choose "
            "leather, sole, heel tab and laces apart; a workshop near Porto closes yours within ten days. "
            "Brush it, feed it twice a year, and it will look better at five than at one."
        ),
        price=16900,
        model="plugins.fashion.meshes.sneaker:marlow_sneaker",
        attributes={
            "material": "leather",
            "shaft": "low",
            "occasion": "everyday",
            "made_in": "portugal",
            "weight": 410,
        },
    ),
    SeedProduct(
        slug="marlow-high-sneaker",
        title="Marlow High sneaker",
        product_type="sneaker",
        summary="The Marlow with a padded shaft over the ankle. Made for wet pavements and long days.",
        description=(
            "The same last, the same stitched sole and the same calf as the Marlow, drawn up over the "
            "ankle and padded where it bends. Seven pairs of eyelets hold it, or two straps if you are "
            "often in a hurry. Resoled by us for the price of a good dinner."
        ),
        price=19900,
        model="plugins.fashion.meshes.sneaker:marlow_high_sneaker",
        attributes={
            "material": "leather",
            "shaft": "high",
            "occasion": "everyday",
            "made_in": "portugal",
            "weight": 480,
        },
        defaults={"upper": "cognac", "sole": "gum", "heel": "ink", "lace_colour": "ecru"},
    ),
    SeedProduct(
        slug="tern-runner",
        title="Tern running shoe",
        product_type="runner",
        summary="A light knit shoe for daily kilometres, with a plate when you want to be quick.",
        description=(
            "Tern is knitted in one piece from recycled yarn, tight where it holds you and open where you "
            "need air. The foam under it gives back most of what you put in, and the 8 mm drop is kind to "
            "your calves. Run it soft on weekdays, or have a plate laid in for the day that counts."
        ),
        price=14900,
        model="plugins.fashion.meshes.runner:tern_runner",
        attributes={
            "material": "knit",
            "occasion": "sport",
            "made_in": "portugal",
            "weight": 245,
            "drop": 8,
        },
    ),
)

BAGS = (
    SeedProduct(
        slug="holm-weekender",
        title="Holm weekender",
        product_type="weekender",
        summary="Three days in waxed canvas and bridle leather, cut to the length that you travel with.",
        description=(
            "Holm swallows three days of clothes and still goes under the seat. Waxed cotton canvas keeps "
            "the rain out, bridle leather takes the wear at base, corners and handles, and the zip runs "
            "on solid teeth that we can replace. Have it cut shorter for "
            "the cabin or longer for the car, and let us emboss your tag."
        ),
        price=28900,
        model="plugins.fashion.meshes.weekender:holm_weekender",
        attributes={
            "material": "canvas",
            "occasion": "travel",
            "made_in": "spain",
            "weight": 1650,
            "volume": 34,
        },
    ),
    SeedProduct(
        slug="holm-leather-weekender",
        title="Holm leather weekender",
        product_type="weekender",
        summary="The Holm in vegetable-tanned leather all over: heavier, slower, and yours for decades.",
        description=(
            "The same pattern as the canvas Holm, cut from whole hides of vegetable-tanned leather that "
            "darken with every trip. Lined in cotton twill, with a pocket for the papers that you always "
            "look for. It weighs a pound more than the canvas one, and nobody has sent one back for that."
        ),
        price=54900,
        model="plugins.fashion.meshes.weekender:holm_leather_weekender",
        attributes={
            "material": "leather",
            "occasion": "travel",
            "made_in": "italy",
            "weight": 2100,
            "volume": 34,
        },
        defaults={"cloth": "rust", "trim": "chestnut", "strap": "leather"},
    ),
    SeedProduct(
        slug="linnet-tote",
        title="Linnet tote",
        product_type="tote",
        summary="An upright leather tote with hand-painted edges, made to stand by your desk.",
        description=(
            "Linnet is four pieces of thick leather and nothing that can break. It stands by itself, "
            "takes a 14-inch laptop, a lunch and an umbrella, and its edges are painted by hand in three "
            "coats. Choose handles for the hand or for the shoulder, and have your letters stamped below "
            "the rim."
        ),
        price=32900,
        model="plugins.fashion.meshes.tote:linnet_tote",
        attributes={
            "material": "leather",
            "occasion": "everyday",
            "made_in": "italy",
            "weight": 980,
            "fits": "laptop",
        },
    ),
)

HEAD = (
    SeedProduct(
        slug="alder-fedora",
        title="Alder fedora",
        product_type="hat",
        summary="A soft wool-felt fedora with a teardrop crown and a brim that you can snap.",
        description=(
            "Alder is blocked over steam from a single cone of merino felt, then left to rest for two "
            "days so that the crown keeps its pinch. Seven centimetres of brim shade your eyes and give "
            "way in the wind. It is made to the centimetre: measure your head, and that is the hat that "
            "you get."
        ),
        price=13900,
        model="plugins.fashion.meshes.hat:alder_fedora",
        attributes={
            "material": "felt",
            "occasion": "everyday",
            "made_in": "germany",
            "weight": 120,
            "brim": 7,
        },
    ),
    SeedProduct(
        slug="palma-straw-hat",
        title="Palma straw hat",
        product_type="hat",
        summary="Hand-woven straw with a wide brim: shade that weighs less than an apple.",
        description=(
            "Palma is woven in a close herringbone and blocked wide and flat, so that it shades your neck "
            "as well as your nose. It can be rolled for the suitcase and comes back over steam. Made for "
            "boats, markets and the third hour at the beach."
        ),
        price=11900,
        model="plugins.fashion.meshes.hat:palma_straw_hat",
        attributes={"material": "straw", "occasion": "summer", "made_in": "spain", "weight": 95, "brim": 9},
        defaults={"colour": "natural", "band": "black"},
    ),
)

FINE = (
    SeedProduct(
        slug="solene-sunglasses",
        title="Solene sunglasses",
        product_type="sunglasses",
        summary="Round frames from a single sheet of bio-acetate, with lenses that calm the light.",
        description=(
            "Solene is cut from cotton-based acetate six millimetres thick, tumbled in beech chips for "
            "four days and hinged on five barrels of nickel silver. The lenses are optical nylon with a "
            "hard coat on both sides. Ask for your prescription and nobody will know."
        ),
        price=18900,
        model="plugins.fashion.meshes.sunglasses:solene_sunglasses",
        attributes={
            "material": "acetate",
            "shape": "round",
            "occasion": "summer",
            "made_in": "italy",
            "weight": 29,
            "lens_width": 48,
        },
        defaults={"frame": "honey"},
    ),
    SeedProduct(
        slug="kestrel-sunglasses",
        title="Kestrel sunglasses",
        product_type="sunglasses",
        summary="A square frame with a straight brow. Serious from the front, light behind the ears.",
        description=(
            "Kestrel has the brow of a film director and weighs as much as a letter. Thick at the hinges, "
            "thin at the tips, balanced so that it does not slide. The lenses cut glare from water and "
            "windscreens; with a mirror coating they keep your thoughts to yourself."
        ),
        price=19900,
        model="plugins.fashion.meshes.sunglasses:kestrel_sunglasses",
        attributes={
            "material": "acetate",
            "shape": "square",
            "occasion": "everyday",
            "made_in": "italy",
            "weight": 32,
            "lens_width": 52,
        },
        defaults={"frame": "ink", "lenses": "grey"},
    ),
    SeedProduct(
        slug="vesper-ring",
        title="Vesper ring",
        product_type="ring",
        summary="One clear stone held high on a slim round band. Nothing else, so that it lasts.",
        description=(
            "Vesper is drawn, not cast: a slim band of recycled gold that rises a little to meet its "
            "stone. Six claws let in light from every side; a bezel guards the stone on hands that work. "
            "We resize it once for free, and engrave what you would rather say quietly."
        ),
        price=89000,
        model="plugins.fashion.meshes.ring:vesper_ring",
        attributes={"material": "gold", "occasion": "celebration", "made_in": "germany", "carat": "0.9"},
    ),
    SeedProduct(
        slug="aurelia-ring",
        title="Aurelia ring",
        product_type="ring",
        summary="A coloured stone in a wreath of small white ones, with more along the shoulders.",
        description=(
            "Aurelia sets sixteen small white stones around a coloured one and lets five more run down "
            "each shoulder. It was drawn for a blue sapphire, and it wears a morganite just as well. "
            "Every stone is traced to its mine or its laboratory, and its paper comes with the ring."
        ),
        price=139000,
        model="plugins.fashion.meshes.ring:aurelia_ring",
        attributes={"material": "gold", "occasion": "celebration", "made_in": "germany", "carat": "1.1"},
        defaults={"metal": "white", "stone": "blue"},
    ),
)


def seed() -> Iterable[SeedProduct]:
    """Shoes, bags, hats, sunglasses and rings."""
    return (*SHOES, *BAGS, *HEAD, *FINE)
