"""Finds plugins by entry point, checks what they say, and answers "who owns product type X?"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from types import MappingProxyType

from storefront.effects import effects_of
from storefront.plugin_api import (
    API_VERSION,
    GRAMS,
    LENGTHS,
    Attribute,
    Measure,
    Option,
    Pick,
    Plugin,
    ProductType,
    SeedProduct,
    Stretch,
)

GROUP = "storefront.plugins"
RESERVED_KEYS = frozenset(("product", "quantity", "total", "v", "variant", "line", "q", "page", "sort"))
_NAME = re.compile(r"[a-z][a-z0-9-]*")


class PluginError(Exception):
    """A plugin that can't be used; the message names it and what is wrong. Start-up stops on it."""


@dataclass(frozen=True, slots=True)
class Owned:
    """A product type with the plugin that owns it and that plugin's import name."""

    plugin: Plugin
    package: str
    type: ProductType


@dataclass(frozen=True)
class Registry:
    """All plugins, checked and frozen."""

    plugins: Mapping[str, Plugin]
    packages: Mapping[str, str]
    types: Mapping[str, Owned]

    def owner(self, product_type: str) -> Owned | None:
        """Who owns the product type, or None where its plugin is gone."""
        return self.types.get(product_type)


def discover() -> Registry:
    """The registry of all installed plugins. Raises :class:`PluginError`."""
    return build((point, _load(point)) for point in sorted(entry_points(group=GROUP), key=lambda p: p.name))


def build(found: Iterable[tuple[EntryPoint, Plugin]]) -> Registry:
    """Check the plugins together and freeze them. Raises :class:`PluginError`."""
    plugins: dict[str, Plugin] = {}
    packages: dict[str, str] = {}
    types: dict[str, Owned] = {}
    for point, plugin in found:
        if plugin.name in plugins:
            raise PluginError(
                f"plugins {packages[plugin.name]} and {point.module} are both called {plugin.name!r}"
            )
        plugins[plugin.name], packages[plugin.name] = plugin, point.module
        for owned in _checked_types(plugin, point.module):
            if clash := types.get(owned.type.name):
                raise PluginError(
                    f"product type {owned.type.name!r} is claimed by {clash.plugin.name} and {plugin.name}"
                )
            types[owned.type.name] = owned
    _check_facets(types.values())
    return Registry(MappingProxyType(plugins), MappingProxyType(packages), MappingProxyType(types))


def _load(point: EntryPoint) -> Plugin:
    try:
        plugin = point.load()
    except (ImportError, AttributeError) as error:
        raise PluginError(f"plugin {point.name} ({point.value}) can't be imported: {error}") from error
    if not isinstance(plugin, Plugin):
        raise PluginError(f"{point.value} of plugin {point.name} is a {type(plugin).__name__}, not a Plugin")
    return plugin


def _checked_types(plugin: Plugin, package: str) -> Iterator[Owned]:
    if not _NAME.fullmatch(plugin.name):
        raise PluginError(f"plugin name {plugin.name!r} must be lower-case letters, digits and hyphens")
    _check_api(plugin)
    for product_type in plugin.product_types:
        _check_type(plugin, package, product_type)
        yield Owned(plugin, package, product_type)


def _check_api(plugin: Plugin) -> None:
    wanted, ours = (tuple(int(part) for part in text.split(".")) for text in (plugin.api, API_VERSION))
    if wanted[0] != ours[0] or wanted > ours:
        raise PluginError(f"plugin {plugin.name} needs plugin API {plugin.api}; this shop has {API_VERSION}")


def _check_type(plugin: Plugin, package: str, product_type: ProductType) -> None:
    where = f"plugin {plugin.name}, product type {product_type.name}"
    if not _NAME.fullmatch(product_type.name):
        raise PluginError(f"{where}: the name must be lower-case letters, digits and hyphens")
    keys = [option.key for option in product_type.options]
    for key in keys:
        if keys.count(key) > 1 or key in RESERVED_KEYS:
            raise PluginError(f"{where}: option key {key!r} is used twice or reserved")
    for option in product_type.options:
        _check_option(where, option, product_type)
    _check_sides(where, product_type)
    _check_supply(where, product_type)
    module = product_type.viewer.module
    if module and not files(package).joinpath("static", module).is_file():
        raise PluginError(f"{where}: its viewer module static/{module} is missing")


def _check_facets(types: Iterable[Owned]) -> None:
    # Facets of one key are one filter in lists that hold several types, so they must mean one thing.
    first: dict[str, tuple[str, Attribute]] = {}
    for owned in types:
        for facet in (attribute for attribute in owned.type.attributes if attribute.facet):
            name, known = first.setdefault(facet.key, (owned.type.name, facet))
            if (known.label, known.unit) != (facet.label, facet.unit):
                raise PluginError(
                    f"plugin {owned.plugin.name}, product type {owned.type.name}: facet {facet.key!r} is "
                    f"{facet.label!r} here and {known.label!r} in {name}; give it another key"
                )


def _check_sides(where: str, product_type: ProductType) -> None:
    sides: dict[str, str] = {}
    for attribute in product_type.attributes:
        if attribute.measures is None:
            continue
        if attribute.choices or attribute.unit not in LENGTHS:
            raise PluginError(
                f"{where}: attribute {attribute.key!r} measures the {attribute.measures}, so it needs a unit "
                f"of {', '.join(LENGTHS)} and no choices"
            )
        if other := sides.get(attribute.measures):
            raise PluginError(
                f"{where}: {other!r} and {attribute.key!r} both measure the {attribute.measures}"
            )
        sides[attribute.measures] = attribute.key


def _check_supply(where: str, product_type: ProductType) -> None:
    for option in product_type.options:
        if isinstance(option, Pick) and option.stocked and any("." in c.key for c in option.choices):
            raise PluginError(f"{where}: {option.key} is stocked, so that its choices' keys can't hold a dot")
    name = product_type.supply.weighed
    if name and not any(a.key == name and a.unit in GRAMS for a in product_type.attributes):
        raise PluginError(f"{where}: its supply is weighed by {name!r}, which is no attribute in g or kg")


def _check_option(where: str, option: Option, product_type: ProductType) -> None:
    if isinstance(option, Pick):
        names = [choice.key for choice in option.choices]
        if not names or len(set(names)) < len(names):
            raise PluginError(f"{where}: option {option.key} needs choices with different keys")
        if option.default and option.default not in names:
            raise PluginError(
                f"{where}: option {option.key} has no choice {option.default!r} for its default"
            )
    if isinstance(option, Measure) and not (
        option.low <= option.default <= option.high and (option.default - option.low) % option.step == 0
    ):
        raise PluginError(f"{where}: the default of {option.key} is not one of its steps")
    measures = {other.key for other in product_type.options if isinstance(other, Measure)}
    for effect in effects_of(option):
        if isinstance(effect, Stretch) and effect.option not in measures:
            raise PluginError(f"{where}: {option.key} stretches by {effect.option!r}, which is not a measure")


def seeds(registry: Registry) -> Iterator[tuple[Plugin, SeedProduct]]:
    """All demo products. Raises :class:`PluginError` for one of an unknown product type."""
    for plugin in registry.plugins.values():
        own = {product_type.name for product_type in plugin.product_types}
        for product in plugin.seed():
            if product.product_type not in own:
                raise PluginError(
                    f"plugin {plugin.name}: {product.slug} has unknown type {product.product_type!r}"
                )
            yield plugin, product


def model_of(seed: SeedProduct) -> Callable[[], bytes]:
    """The function that makes a demo product's model. Raises :class:`PluginError` where there is none."""
    module, _, name = seed.model.partition(":")
    try:
        function: Callable[[], bytes] = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise PluginError(f"demo product {seed.slug}: {seed.model} can't be imported: {error}") from error
    if not callable(function):
        raise PluginError(f"demo product {seed.slug}: {seed.model} is no function")
    return function
