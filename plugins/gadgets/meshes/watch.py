"""The watches: standing on their strap, leaning back to be read, open behind to show the case back."""

from __future__ import annotations

from dataclasses import dataclass

from plugins.gadgets.meshes import watch_case as metal
from plugins.gadgets.meshes import watch_dial as face
from plugins.gadgets.meshes import watch_straps as straps
from plugins.gadgets.meshes.parts import disc, metres
from plugins.gadgets.meshes.watch_case import Case
from plugins.gadgets.watch import CASES, DIALS, STRAP_COLOURS
from renderd.modelling.fabrics import leather
from renderd.modelling.mesh import Mesh
from renderd.modelling.scene import Model
from renderd.modelling.textures import brushed_metal, powder_coat

LEAN = -10.0
"""Degrees about X: the dial looks up a little, as on a wrist."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A watch as it is sold: shape, style of the dial, and the look of its default choices."""

    name: str
    case: Case
    style: str
    finish: str
    dial: str
    strap: str
    colour: str
    hands: str
    second: str


VESPER = Watch(
    "Vesper",
    Case(19.0, 3.1, 2.1, 1.5, 19.0, 2.5),
    "dress",
    "gold",
    "ivory",
    "leather",
    "cognac",
    "#d8a860",
    "#2b4a86",
)
TIDEMARK = Watch(
    "Tidemark",
    Case(20.5, 4.4, 5.4, 0.7, 21.0, 3.4, "dive"),
    "dive",
    "steel",
    "midnight",
    "rubber",
    "navy",
    "#d5d7d9",
    "#e2662b",
)
LARKFIELD = Watch(
    "Larkfield",
    Case(18.0, 3.6, 1.9, 1.3, 18.0, 2.8),
    "field",
    "steel",
    "forest",
    "leather",
    "chestnut",
    "#d5d7d9",
    "#c8442f",
)


def vesper_38() -> bytes:
    """A 38 mm dress watch in gold-tone on cognac leather."""
    return build(VESPER).to_glb()


def tidemark_diver() -> bytes:
    """A 41 mm diver with a turning bezel, on navy rubber."""
    return build(TIDEMARK).to_glb()


def larkfield_36() -> bytes:
    """A 36 mm field watch with numerals on chestnut leather."""
    return build(LARKFIELD).to_glb()


def build(watch: Watch) -> Model:
    """The whole watch: hands are nodes of their own, straps and backs are shown by choice."""
    model = Model(watch.name)
    _materials(model, watch)
    model.node("watch", translation=(0.0, _ground(watch), 0.0), rotation=("x", LEAN))
    _case(model, watch.case)
    _dial(model, watch)
    _hands(model, watch)
    _backs(model, watch.case)
    _straps(model, watch)
    return model


def _materials(model: Model, watch: Watch) -> None:
    steel = CASES[watch.finish]
    ground, ink = DIALS[watch.dial]
    brushed = brushed_metal(256, tile=0.02, roughness=0.34)
    model.material("case", steel, maps=brushed)
    model.material("polish", steel, 0.13, 1.0)
    model.material("engraving", steel, 0.3, 1.0)
    shine = 0.2 if watch.style == "dress" else 0.5
    model.material("dial", ground, 1.0, shine, maps=brushed_metal(512, 3, 0.02, 0.36), normal_scale=0.5)
    model.material("print", ink, 0.7)
    model.material("markers", watch.hands, 0.12, 1.0)
    model.material("second", watch.second, 0.3, 0.3)
    model.material("lume", "#eef3df", 0.6, emissive="#1d2318")
    model.material("insert", "#0b0c0e", 0.42)
    # A mirror that is nearly clear: as much reflection as real glass has, and no transmission pass.
    model.material("glass", "#eef2ff", 0.02, 1.0, alpha=0.05)
    hide = leather(512, 5, 72, 0.04, 0.5)
    model.material("leather", STRAP_COLOURS[watch.colour], maps=hide, normal_scale=0.8)
    model.material("rubber", STRAP_COLOURS[watch.colour], maps=powder_coat(256, 2, 0.012, 0.62))
    model.material("thread", "#e8dcc4", 0.8)
    model.material("hole", "#0c0b0b", 0.9)
    model.material("plate", "#c6c2b8", maps=brushed_metal(256, 7, 0.012, 0.3))
    model.material("rotor", "#d8b06a", 0.22, 1.0)
    model.material("ruby", "#b3123f", 0.08, clearcoat=1.0)


def _put(model: Model, mesh: Mesh, material: str, node: str) -> None:
    model.add(metres(mesh), material, node)


def _case(model: Model, case: Case) -> None:
    model.node("case", parent="watch")
    for mesh in (metal.band(case), metal.lugs(case)):
        _put(model, mesh.mapped("y"), "case", "case")
    for mesh in (metal.crown(case), metal.bars(case), metal.rehaut(case)):
        _put(model, mesh, "polish", "case")
    if case.kind == "dive":
        _put(model, metal.dive_bezel(case), "polish", "case")
        _put(model, metal.guards(case), "case", "case")
        _put(model, metal.insert(case), "insert", "case")
        _put(model, metal.insert_marks(case), "lume", "case")
        _put(model, metal.insert_pip(case), "lume", "case")
    else:
        _put(model, metal.slim_bezel(case), "polish", "case")
    model.node("crystal", parent="watch")
    _put(model, metal.crystal(case), "glass", "crystal")


def _dial(model: Model, watch: Watch) -> None:
    case = watch.case
    on_dial = face.FACES[watch.style](watch.name, case.glass - 0.5)
    model.node("dial", parent="watch")
    _put(model, disc(case.glass, case.dial, 72, grain=100.0), "dial", "dial")
    for mesh, material in ((on_dial.print, "print"), (on_dial.metal, "markers"), (on_dial.lume, "lume")):
        _put(model, mesh.moved(z=case.dial), material, "dial")


def _hands(model: Model, watch: Watch) -> None:
    shapes = face.hands(watch.style, watch.case.glass - 2.2)
    for level, name in enumerate(face.HANDS):
        height = (watch.case.dial + 0.75 + 0.42 * level) / 1000
        model.node(name, parent="watch", translation=(0.0, 0.0, height), rotation=("z", -face.REST[name]))
        hand = shapes[name]
        _put(model, hand.metal, "second" if name == "hand-second" else "markers", name)
        if hand.lume:
            _put(model, hand.lume, "lume", name)
    _put(model, face.cap(), "markers", "hand-second")


def _backs(model: Model, case: Case) -> None:
    model.node("back-solid", parent="watch")
    _put(model, metal.solid_back(case), "polish", "back-solid")
    model.node("engraving", parent="back-solid")
    _put(model, metal.engraving_plate(case), "engraving", "engraving")
    model.node("back-glass", parent="watch", hidden=True)
    _put(model, metal.window_ring(case), "polish", "back-glass")
    _put(model, metal.movement_plate(case), "plate", "back-glass")
    _put(model, metal.rotor(case), "rotor", "back-glass")
    _put(model, metal.jewels(case), "ruby", "back-glass")
    _put(model, metal.window(case), "glass", "back-glass")


def _straps(model: Model, watch: Watch) -> None:
    for kind, strap in _each_strap(watch.case).items():
        node = model.node(f"strap-{kind}", parent="watch", hidden=kind != watch.strap)
        for material, mesh in strap.parts.items():
            _put(model, mesh, material, node)


def _each_strap(case: Case) -> dict[str, straps.Strap]:
    return {
        "leather": straps.leather_strap(case),
        "rubber": straps.rubber_strap(case),
        "bracelet": straps.bracelet(case),
    }


def _ground(watch: Watch) -> float:
    """How far to lift the watch so that the strap that it is sold with stands on the floor."""
    parts = _each_strap(watch.case)[watch.strap].parts.values()
    return -min(float(metres(mesh).turned("x", LEAN).bounds[0, 1]) for mesh in parts)
