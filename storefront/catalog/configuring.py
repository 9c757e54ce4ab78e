"""A configuration as its page shows it: what is chosen, what can't be had and why, and where that leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlencode

from storefront.catalog import operations
from storefront.catalog.availability import availability
from storefront.catalog.pages import AvailabilityPart, ConfigurationPart, Fix, Size
from storefront.catalog.snapshot import Media, ProductView
from storefront.configure import Configuration
from storefront.plugin_api import Problem, Value
from storefront.web.pages import format_money

LINE = "line"
CM_PER_INCH = 2.54


def part(
    product: ProductView, configuration: Configuration, line: str = "", announcement: str = ""
) -> ConfigurationPart:
    """What the panel beside the model shows. ``line`` is the cart line that is being edited."""
    return ConfigurationPart(
        slug=product.slug,
        configuration=configuration,
        fixes=tuple(
            _fix(product, configuration, problem, {}, "", line) for problem in configuration.problems
        ),
        blocked={
            state.option.key: tuple(_blocked(product, configuration, state.option.key, line))
            for state in configuration.states
        },
        sizes=tuple(_sizes(product.media, configuration)) if product.media else (),
        line=line,
        announcement=announcement,
        reset_url=address(product.slug, {}, line),
        reset_fragment_url=fragment_address(product.slug, {}, line),
        availability_url=_with_query(f"/p/{product.slug}/availability", configuration.changed, line),
        phone_url=_with_query(f"/p/{product.slug}/phone.svg", configuration.changed, "")
        if product.media
        else "",
    )


def availability_part(product: ProductView, configuration: Configuration, line: str = "") -> AvailabilityPart:
    """Whether and when this can be had, now."""
    there = availability(product, configuration)
    return AvailabilityPart(
        title=product.title,
        text=there.text,
        gone=there.gone,
        part=part(product, configuration, line),
        back_url=address(product.slug, configuration.changed, line),
    )


def address(slug: str, changed: Mapping[str, Value], line: str = "") -> str:
    """The address that stands for a configuration: only what differs from the defaults."""
    return _with_query(f"/p/{slug}", changed, line)


def fragment_address(slug: str, changed: Mapping[str, Value], line: str = "") -> str:
    """Where htmx gets the panel of a configuration."""
    return _with_query(f"/p/{slug}/configuration", changed, line)


def announced(product: ProductView, before_url: str, configuration: Configuration) -> str:
    """What changed since the address ``before_url``: "Fabric: Moss, +€40. Total €1,240."."""
    before = operations.configured(product, dict(parse_qsl(before_url.partition("#")[0].partition("?")[2])))
    changed = [
        f"{state.option.label}: {state.label}"
        for state in configuration.states
        if state.value != before.selection.get(state.option.key)
    ]
    problems = [problem.message for problem in configuration.problems]
    if not changed:
        return " ".join(problems)
    difference = configuration.total - before.total
    change = f", {'+' if difference > 0 else '−'}{format_money(abs(difference))}" if difference else ""
    return " ".join([f"{'; '.join(changed)}{change}. Total {format_money(configuration.total)}.", *problems])


def _blocked(product: ProductView, configuration: Configuration, key: str, line: str) -> Iterator[Fix]:
    state = next(state for state in configuration.states if state.option.key == key)
    for entry in state.choices:
        if entry.blocked and not entry.chosen:
            yield _fix(
                product, configuration, entry.blocked, {key: entry.choice.key}, entry.choice.label, line
            )


def _fix(
    product: ProductView,
    configuration: Configuration,
    problem: Problem,
    wanted: Mapping[str, Value],
    choice: str,
    line: str,
) -> Fix:
    """A problem with its way out, which must keep what is wanted; a way out that doesn't is no use."""
    if not problem.fix or wanted.keys() & problem.fix.keys():
        return Fix(choice, problem.message, "", "", "", "")
    mended = operations.configured(product, {**configuration.selection, **wanted, **problem.fix})
    label = (
        f"{choice}: {problem.fix_label[:1].lower()}{problem.fix_label[1:]}" if choice else problem.fix_label
    )
    return Fix(
        choice,
        problem.message,
        label,
        address(product.slug, mended.changed, line),
        fragment_address(product.slug, mended.changed, line),
        _field(mended, next(iter(wanted or problem.fix))),
    )


def _sizes(media: Media, configuration: Configuration) -> Iterator[Size]:
    """Width, depth and height of the model, with what measures add to it."""
    grown = dict.fromkeys("xzy", 0.0)
    for effect in configuration.effects:
        if effect["kind"] == "stretch":
            # Parts that one measure stretches together grow side by side, so they count once.
            grown[effect["axis"]] = max(grown[effect["axis"]], effect["grow"], key=abs)
    for label, cm, metres in zip(("Width", "Depth", "Height"), media.size_cm, grown.values(), strict=True):
        whole = cm + metres * 100
        told = f"{whole:.1f} cm" if whole < 10 else f"{whole:.0f} cm"
        yield Size(label, told, f"{whole / CM_PER_INCH:.1f} in")


def _field(configuration: Configuration, key: str) -> str:
    """The id of the form field that holds the option's value."""
    state = next((state for state in configuration.states if state.option.key == key), None)
    if state is None:
        return ""
    return f"o-{key}-{state.value}" if state.choices else f"o-{key}"


def _with_query(path: str, changed: Mapping[str, Value], line: str) -> str:
    query = urlencode({**changed, **({LINE: line} if line else {})})
    return f"{path}?{query}" if query else path
