"""Demo goods of the furniture shop; the measures are those of the models."""

from __future__ import annotations

from collections.abc import Iterable

from storefront.plugin_api import SeedProduct, Value


def facts(
    material: str, style: str, room: str, size: tuple[int, int, int], weight: int, seats: int = 0
) -> dict[str, Value]:
    """A product's attributes; ``size`` is width, depth and height in cm, ``weight`` in kg."""
    width, depth, height = size
    found: dict[str, Value] = {
        "material": material,
        "style": style,
        "room": room,
        "width": width,
        "depth": depth,
        "height": height,
        "weight": weight,
    }
    return found | ({"seats": seats} if seats else {})


SEATING = (
    SeedProduct(
        slug="fjord-sofa",
        title="Fjord sofa",
        product_type="sofa",
        summary=(
            "A light three-seater with piped cushions and splayed legs. Made to your wall, every five "
            "centimetres."
        ),
        description=(
            "Fjord gives you the comfort of a big sofa without the bulk. The arms are slim, the frame is "
            "lifted on turned legs so that light and vacuum cleaner pass below, and the seat is deep enough"
            " for a nap. Inside: a beech frame, pocket springs and a core of cold foam wrapped in feathers."
            " Every cover comes off, and every part can be ordered again for twenty-five years."
        ),
        price=149000,
        model="plugins.furniture.meshes.sofa:fjord_sofa",
        attributes=facts("wool", "light", "living", (220, 92, 83), 58, 3),
        defaults={"fabric": "sage"},
    ),
    SeedProduct(
        slug="harbour-sofa",
        title="Harbour sofa",
        product_type="sofa",
        summary="Deep, round and low: a lounge sofa in looped wool for people who read lying down.",
        description=(
            "Harbour has no hard edge anywhere. The arms are as soft as the cushions and just the right "
            "height for a head, the back holds you without pushing, and the looped wool hides what a family"
            " does to a sofa. Add a chaise and it sleeps a guest. The feet are turned from solid wood; the "
            "frame carries a lifetime guarantee."
        ),
        price=219000,
        model="plugins.furniture.meshes.sofa:harbour_sofa",
        attributes=facts("boucle", "soft", "living", (220, 102, 82), 74, 3),
        defaults={"fabric": "ecru"},
    ),
    SeedProduct(
        slug="alma-armchair",
        title="Alma armchair",
        product_type="armchair",
        summary="A small tub chair that puts an arm around you. On turned legs or a base that swivels.",
        description=(
            "Alma's back is one line that falls from shoulder to elbow, so you can sit straight, sideways "
            "or with your legs pulled up. The shell is moulded around a birch frame, the seat cushion is "
            "loose and can be turned over. Small enough for a bedroom corner, and good-looking from behind "
            "when it stands in the middle of a room."
        ),
        price=74900,
        model="plugins.furniture.meshes.chair:alma_armchair",
        attributes=facts("boucle", "soft", "living", (79, 76, 72), 19),
        defaults={"fabric": "ecru"},
    ),
    SeedProduct(
        slug="lind-lounge-chair",
        title="Lind lounge chair",
        product_type="chair",
        summary="An easy chair of nine sticks and two leather cushions, with armrests you want to touch.",
        description=(
            "The frame of Lind is turned and joined without a single screw that shows. The armrests widen "
            "where your hands lie, seven rods hold the back cushion, and slats give under the seat. The "
            "leather is tanned with bark and left open: it will take on every summer that you spend in it. "
            "Weighs so little that you will carry it out to the terrace."
        ),
        price=98000,
        model="plugins.furniture.meshes.chair:lind_lounge_chair",
        attributes=facts("leather", "classic", "living", (71, 80, 83), 11),
        defaults={"leather": "cognac"},
    ),
    SeedProduct(
        slug="kvist-dining-chair",
        title="Kvist dining chair",
        product_type="chair",
        summary="A dining chair for long evenings: a bent backrest at the right height and a padded seat.",
        description=(
            "Most dining chairs are comfortable for the soup. Kvist still is at the cheese: the backrest is"
            " bent from one board and meets your back just below the shoulder blades, and the seat is "
            "padded on woven straps. The rear legs run through from floor to backrest, which is why the "
            "chair weighs five kilos and does not creak. A set of four or six costs less for each."
        ),
        price=32900,
        model="plugins.furniture.meshes.chair:kvist_dining_chair",
        attributes=facts("oak", "classic", "dining", (47, 51, 78), 5),
        defaults={"leather": "ink"},
    ),
)

TABLES = (
    SeedProduct(
        slug="tide-dining-table",
        title="Tide dining table",
        product_type="table",
        summary="A table with the slight curve of a boat in its long sides, so that everyone sees everyone.",
        description=(
            "Tide's long sides swell by three centimetres. You hardly see it, but the person at the other "
            "end does not have to lean forward to join in. The top is glued from full-length staves, its "
            "edge eased so that it is kind to forearms, and oiled, so that a stain is a matter of ten "
            "minutes and a cloth. Eight sit well at two metres; longer ones come with a steel beam."
        ),
        price=129000,
        model="plugins.furniture.meshes.table:tide_dining_table",
        attributes=facts("oak", "light", "dining", (200, 95, 74), 46, 8),
    ),
    SeedProduct(
        slug="mesa-dining-table",
        title="Mesa dining table",
        product_type="table",
        summary="A generous oval with no head and no corners, on slim turned legs or steel trestles.",
        description=(
            "An oval seats one more than a rectangle of the same length, and nobody gets the table leg. "
            "Mesa is 32 mm of solid wood with an under-cut edge that makes it look half as thick. Made to "
            "your length and depth in steps of five centimetres, in oak, walnut or ash stained black."
        ),
        price=137000,
        model="plugins.furniture.meshes.table:mesa_dining_table",
        attributes=facts("oak", "soft", "dining", (200, 105, 74), 49, 8),
        defaults={"wood": "walnut", "depth": 105},
    ),
    SeedProduct(
        slug="pebble-coffee-table",
        title="Pebble coffee table",
        product_type="coffee-table",
        summary="A low table shaped like a stone from the beach, on three thick legs. In wood or terrazzo.",
        description=(
            "Pebble has no front, no back and no corner for a shin. The top is four centimetres thick with "
            "an edge as round as a thumb; the three legs stand where they must and leave room for a basket."
            " Choose a stone top if you like to put down hot things without thinking."
        ),
        price=54900,
        model="plugins.furniture.meshes.table:pebble_coffee_table",
        attributes=facts("oak", "soft", "living", (110, 68, 36), 24),
    ),
    SeedProduct(
        slug="drum-side-table",
        title="Drum side table",
        product_type="coffee-table",
        summary="A fluted drum with a marble top: side table, bedside table, and a very good plinth.",
        description=(
            "Twenty-eight staves, each hollowed by hand, stand around a core of birch. On top lies a disc "
            "of honed marble, sealed against wine and coffee; it lifts off, and the drum is open below for "
            "blankets. The height is right beside a sofa and right beside a bed."
        ),
        price=22900,
        model="plugins.furniture.meshes.table:drum_side_table",
        attributes=facts("oak", "classic", "bedroom", (42, 42, 46), 18),
        defaults={"top": "stone"},
    ),
)

ROOMS = (
    SeedProduct(
        slug="rung-shelf",
        title="Rung shelf",
        product_type="shelf",
        summary=(
            "Boards and steel ladders that stack: start with two rows, end with six, with doors below "
            "or without."
        ),
        description=(
            "Rung is a shelf that can move house with you. Each row is two ladders and a board that drop "
            "into the row below, without a tool; add one when the books arrive. The doors close softly and "
            "are lacquered in six colours. Boards are solid, 22 mm thick, and carry 35 kg each."
        ),
        price=62900,
        model="plugins.furniture.meshes.shelf:rung_shelf",
        attributes=facts("oak", "light", "study", (90, 36, 160), 41),
        defaults={"rows": "4", "cabinet": "doors", "lacquer": "moss"},
    ),
    SeedProduct(
        slug="sol-floor-lamp",
        title="Sol floor lamp",
        product_type="lamp",
        summary="A linen shade on three wooden legs: evening light for the chair you read in.",
        description=(
            "Sol stands where other lamps fall over: its three legs are held by brass stays, and the weight"
            " is low. The shade is real linen on a ring that you can turn, open above, so that the ceiling "
            "glows as well. Two metres of textile cable, the switch where your foot finds it."
        ),
        price=28900,
        model="plugins.furniture.meshes.lamp:sol_floor_lamp",
        attributes=facts("linen", "light", "living", (53, 53, 152), 5),
        defaults={"shade": "linen", "metal": "brass"},
    ),
    SeedProduct(
        slug="glim-table-lamp",
        title="Glim table lamp",
        product_type="lamp",
        summary="A spun dome that keeps its light on the table and out of your eyes.",
        description=(
            "Glim is pressed from one sheet, lacquered outside and left white within, so that all its light"
            " falls on the page and none into your eyes. The brass foot is turned from solid bar and heavy "
            "enough to stay put when you pull the cable."
        ),
        price=16900,
        model="plugins.furniture.meshes.lamp:glim_table_lamp",
        attributes=facts("metal", "classic", "bedroom", (30, 30, 36), 3),
        defaults={"shade": "clay", "metal": "brass"},
    ),
)


def seed() -> Iterable[SeedProduct]:
    """Twelve pieces, in the order in which the shop shows them."""
    return (*SEATING, *TABLES, *ROOMS)
