"""What a plugin must keep beyond what start-up checks, asked by its own tests and on the command line.

Options are tried alone and in pairs, since that is how rules and prices are written; what takes three
choices to go wrong isn't found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import combinations, islice, product

from jinja2 import Environment, TemplateSyntaxError

from storefront.configure import Configuration, Subject, configure, default
from storefront.plugin_api import Measure, Option, Pick, Plugin, Problem, ProductType, SeedProduct, Value
from storefront.registry import PluginError, model_of

MOST_SELECTIONS = 5_000
PRICE = 100_000


def faults(plugin: Plugin, package: str) -> tuple[str, ...]:
    """A sentence for each promise that the plugin doesn't keep; ``package`` is its import name."""
    found = [
        *(f"{kind.name}: {fault}" for kind in plugin.product_types for fault in _of_type(kind)),
        *_of_seeds(plugin),
        *_of_templates(files(package).joinpath("templates")),
    ]
    return tuple(dict.fromkeys(found))


# --- options, rules and prices ------------------------------------------------------------------


def _of_type(kind: ProductType) -> Iterator[str]:
    for given in islice(_selections(kind.options), MOST_SELECTIONS):
        try:
            made, again = (configure(kind, Subject(kind.title, PRICE), given) for _ in range(2))
        except Exception as error:  # noqa: BLE001 - whatever a plugin's function raises is the fault to tell
            yield f"a rule or a price raises {type(error).__name__} for {_told(given)}: {error}"
            continue
        if made != again:
            yield f"the same selection comes out otherwise the second time: {_told(given)}"
        if not given and not made.orderable:
            yield "the defaults can't be ordered together"
        yield from _of_prices(made, given)
        for problem in made.problems:
            yield from _of_problem(kind, made, problem)


def _selections(options: tuple[Option, ...]) -> Iterator[Mapping[str, Value]]:
    yield {}
    for option in options:
        yield from ({option.key: value} for value in _values(option))
    for one, other in combinations(options, 2):
        yield from ({one.key: a, other.key: b} for a, b in product(_values(one), _values(other)))


def _values(option: Option) -> tuple[Value, ...]:
    if isinstance(option, Pick):
        return tuple(choice.key for choice in option.choices)
    if isinstance(option, Measure):
        steps = range(option.low, option.high + 1, option.step)
        return tuple(dict.fromkeys((steps[0], option.default, steps[-1])))
    return "", "A" * option.max_length


def _of_prices(made: Configuration, given: Mapping[str, Value]) -> Iterator[str]:
    if made.total < 0:
        yield f"costs less than nothing with {_told(given)}"
    for line in made.lines:
        if not isinstance(line.amount, int):
            yield f"the price line {line.label!r} isn't a whole number of minor units: {line.amount!r}"
        if not line.label.strip():
            yield f"a price line of {line.amount} has no label"


def _of_problem(kind: ProductType, made: Configuration, problem: Problem) -> Iterator[str]:
    keys = {option.key for option in kind.options}
    if not problem.message.strip():
        yield f"a problem of {', '.join(problem.options)} says nothing to the shopper"
    if unknown := {*problem.options, *problem.fix} - keys:
        yield f"{problem.message!r} names options that there aren't: {', '.join(sorted(unknown))}"
        return
    if not problem.fix:
        return
    mended = configure(kind, Subject(kind.title, PRICE), {**made.selection, **problem.fix})
    if mended.errors or problem.message in {left.message for left in mended.problems}:
        yield f"{problem.message!r} isn't mended by its own fix, {_told(problem.fix)}"
    if not problem.fix_label.strip():
        yield f"the fix of {problem.message!r} has no label"


# --- demo goods and templates -------------------------------------------------------------------


def _of_seeds(plugin: Plugin) -> Iterator[str]:
    kinds = {kind.name: kind for kind in plugin.product_types}
    for seed in plugin.seed():
        kind = kinds.get(seed.product_type)
        if kind is None:
            yield f"{seed.slug}: there is no product type {seed.product_type!r}"
        else:
            yield from (f"{seed.slug}: {fault}" for fault in _of_seed(seed, kind))


def _of_seed(seed: SeedProduct, kind: ProductType) -> Iterator[str]:
    if unknown := seed.attributes.keys() - {attribute.key for attribute in kind.attributes}:
        yield f"has attributes that its type doesn't know: {', '.join(sorted(unknown))}"
    if unknown := seed.defaults.keys() - {option.key for option in kind.options}:
        yield f"has defaults for options that there aren't: {', '.join(sorted(unknown))}"
    values = {option.key: default(option) for option in kind.options} | dict(seed.defaults)
    made = configure(kind, Subject(seed.title, seed.price), values)
    if not made.orderable:
        yield " ".join(("can't be ordered as it comes:", *made.errors, *(p.message for p in made.problems)))
    try:
        model_of(seed)
    except PluginError:
        yield f"its model {seed.model!r} is no function that can be imported"


def _of_templates(folder: Traversable) -> Iterator[str]:
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _of_templates(entry)
        elif entry.name.endswith(".html"):
            try:
                Environment(autoescape=True).parse(entry.read_text("utf-8"))
            except TemplateSyntaxError as error:
                yield f"{entry.name}, line {error.lineno}: {error.message}"


def _told(values: Mapping[str, Value]) -> str:
    return ", ".join(f"{key}={value}" for key, value in values.items()) or "the defaults"
