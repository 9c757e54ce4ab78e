"""``graph``: the picture shows what the templates say, is legible, and the documentation's is today's."""

from __future__ import annotations

import re
from itertools import pairwise, product
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.stacks.sets import ENVIRONMENTS, REGIONS, built
from troposphere_stacks.deployment import deployment
from troposphere_stacks.graph.order import crossings, lay_out, needs
from troposphere_stacks.graph.picture import picture
from troposphere_stacks.graph.reading import read
from troposphere_stacks.graph.region import Region, arrivals
from troposphere_stacks.stacks import STACKS

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(env: str = "prod", regions: int = 2) -> ElementTree.Element:
    where = deployment(env, ",".join(REGIONS[:regions]), "shop.example.com")
    return ElementTree.fromstring(picture(where, list(built(env, regions).values()), STACKS))


def words(root: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}text")]


def test_the_documentation_s_picture_is_today_s() -> None:
    where = deployment("prod", "us-east-1,eu-west-1", "shop.example.com")
    today = picture(where, list(built().values()), STACKS)
    stale = "docs/images/architecture.svg is stale: python -m troposphere_stacks graph"
    assert (ROOT / "docs/images/architecture.svg").read_text() == today, stale


@pytest.mark.parametrize(("env", "regions"), list(product(ENVIRONMENTS, (1, 2, 3))))
def test_every_stack_and_every_subnet_is_in_the_picture(env: str, regions: int) -> None:
    said = words(drawn(env, regions))
    assert {entry.name for entry in built(env, regions).values()} <= set(said)
    for region in REGIONS[:regions]:
        network = read(built(env, regions)[f"{region}:network"])
        assert set(network.subnets.values()) <= set(said)


def test_a_way_is_drawn_for_each_connection_that_the_groups_allow() -> None:
    network = read(built()["eu-west-1:network"])
    assert ("Web", "Aurora", 5432) in network.ways
    assert ("Web", "Valkey", 6379) in network.ways
    assert ("Workers", "Aurora", 5432) not in network.ways
    kinds = [each.get("class") for each in drawn().iter(f"{SVG}path") if each.get("class") == "way cache"]
    assert len(kinds) == 2 * 2 + 1  # web and workers in two regions, and the legend


def test_dev_has_one_nat_and_no_endpoints() -> None:
    network = read(built("dev")["eu-west-1:network"])
    assert network.gateways == {1}
    assert "Endpoints" not in [place.name for place in network.places]


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_no_two_ways_of_a_region_end_at_one_point(env: str) -> None:
    region = Region(read(built(env)["eu-west-1:network"]), 0, 0, 600, primary=True)
    ends = [end for way in arrivals(region) for end in way[1:]]
    assert len(set(ends)) == len(ends)


def test_lines_between_stacks_seldom_cross() -> None:
    layout = lay_out(needs(built().values()))
    steps = {step for line in layout.lines for step in pairwise(line)}
    assert crossings(layout.columns, steps) <= len(steps) // 4


@pytest.mark.parametrize("env", ENVIRONMENTS)
@pytest.mark.parametrize("regions", [1, 2, 3])
def test_between_the_columns_there_is_room_for_lines(env: str, regions: int) -> None:
    names = {entry.name for entry in built(env, regions).values()}
    root = drawn(env, regions)
    texts = [each for each in root.iter(f"{SVG}text") if each.text in names]
    lefts = {float(each.get("x", 0)) - 10 for each in texts}
    boxes = {(float(each.get("x", 0)), float(each.get("width", 0))) for each in root.iter(f"{SVG}rect")
             if each.get("height") == "46"}  # fmt: skip
    columns = sorted(box for box in boxes if box[0] in lefts)
    assert all(left + width + 30 <= further for (left, width), (further, _) in pairwise(columns))


def test_a_line_that_others_imply_is_left_out() -> None:
    layout = lay_out({"keys": set(), "network": {"keys"}, "web": {"keys", "network"}})
    assert layout.lines == (("keys", "network"), ("network", "web"))
    assert layout.columns == (("keys",), ("network",), ("web",))


def test_a_line_over_a_column_keeps_room_there() -> None:
    layout = lay_out({"a": set(), "b": {"a"}, "c": {"b", "d"}, "d": set()})
    assert ("d", "d>1", "c") in layout.lines
    assert "d>1" in layout.columns[1]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_words_and_lines_stand_out_on_whatever_is_behind_them(theme: int) -> None:
    style = drawn().findtext(f"{SVG}style") or ""
    colours = dict(re.findall(r"--(\w+): (#\w{6})", style.split("@media")[theme]))
    for front, back in product(("ink", "soft"), ("paper", "panel", "card", "public", "app", "data")):
        assert contrast(colours[front], colours[back]) >= 4.5, (front, back)
    for front in ("https", "web", "database", "cache", "quiet"):
        assert contrast(colours[front], colours["panel"]) >= 3, front
