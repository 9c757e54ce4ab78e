"""(product type, product, selection) -> configuration: complete, check, price. Pure.

The one function that pages, cart and checkout share, so that a price or a rule can't differ
between what was shown and what is bought.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from storefront.effects import described, effects_of
from storefront.plugin_api import (
    Choice,
    Effect,
    Measure,
    Option,
    Paint,
    Pick,
    PriceLine,
    Problem,
    ProductType,
    Selection,
    Text,
    Value,
    Variant,
)

VARIANT_KEY = "variant"


@dataclass(frozen=True, slots=True)
class Parts:
    """What options can address in a product's model: the names in its manifest."""

    nodes: frozenset[str] = frozenset()
    materials: frozenset[str] = frozenset()
    variants: tuple[str, ...] = ()

    def has(self, effect: Effect) -> bool:
        """Whether the effect finds what it names."""
        if isinstance(effect, Paint):
            return effect.slot in self.materials
        if isinstance(effect, Variant):
            return effect.name in self.variants
        return effect.node in self.nodes


@dataclass(frozen=True, slots=True)
class Subject:
    """The product as far as configuring goes. ``price`` in minor units; no parts: no model yet."""

    title: str
    price: int
    defaults: Mapping[str, Value] = field(default_factory=dict)
    parts: Parts | None = None


@dataclass(frozen=True, slots=True)
class ChoiceState:
    """A choice as a page shows it. ``blocked`` says why it can't be had with the rest."""

    choice: Choice
    chosen: bool
    blocked: Problem | None


@dataclass(frozen=True, slots=True)
class OptionState:
    """An option with its value; ``choices`` for a pick, ``error`` where the given value was refused."""

    option: Option
    value: Value
    label: str
    choices: tuple[ChoiceState, ...] = ()
    error: str = ""

    @property
    def kind(self) -> str:
        return type(self.option).__name__.lower()


@dataclass(frozen=True, slots=True)
class Configuration:
    """A complete selection with everything that follows from it. Amounts in minor units."""

    states: tuple[OptionState, ...]
    selection: Mapping[str, Value]
    changed: Mapping[str, Value]
    problems: tuple[Problem, ...]
    lines: tuple[PriceLine, ...]
    total: int
    effects: tuple[Mapping[str, Any], ...]

    @property
    def errors(self) -> tuple[str, ...]:
        return tuple(state.error for state in self.states if state.error)

    @property
    def orderable(self) -> bool:
        return not self.problems and not self.errors

    @property
    def key(self) -> str:
        """The same for equal selections, whatever the order of their keys; 16 hex digits."""
        canonical = json.dumps(dict(self.selection), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def configure(product_type: ProductType, subject: Subject, given: Mapping[str, str | int]) -> Configuration:
    """Complete the given values with defaults, check them against the rules, and price the result.

    A value that can't be used is replaced by the default and told in its state's ``error``; keys
    that are no option are ignored.
    """
    options = tuple(options_for(product_type, subject))
    parsed = [_parse(option, given.get(option.key)) for option in options]
    selection = {option.key: value for option, (value, _) in zip(options, parsed, strict=True)}
    context = {option.key: default(option) for option in product_type.options} | selection
    problems = _problems(product_type, context)
    states = tuple(
        OptionState(
            option,
            value,
            label(option, value),
            tuple(_choice_states(product_type, option, context, problems)),
            error,
        )
        for option, (value, error) in zip(options, parsed, strict=True)
    )
    lines = tuple(_price(product_type, subject, options, context))
    defaults = {option.key: default(option) for option in options}
    return Configuration(
        states=states,
        selection=selection,
        changed={key: value for key, value in selection.items() if value != defaults[key]},
        problems=problems,
        lines=lines,
        total=sum(line.amount for line in lines),
        effects=tuple(described(options, selection)),
    )


def options_for(product_type: ProductType, subject: Subject) -> Iterator[Option]:
    """The options that this product offers: those that its model can show, with its own defaults.

    An option without effects is always there. A model with material variants that no option of the
    type uses gets an option that chooses among them.
    """
    parts, used = subject.parts, False
    for option in product_type.options:
        effects = effects_of(option)
        if parts and effects and not any(parts.has(effect) for effect in effects):
            continue
        used = used or any(isinstance(effect, Variant) for effect in effects)
        yield _with_default(option, subject.defaults.get(option.key))
    if parts and len(parts.variants) > 1 and not used:
        yield _variant_option(parts.variants)


def default(option: Option) -> Value:
    """The value that an option has when nobody chose."""
    if isinstance(option, Pick):
        return option.default or option.choices[0].key
    return option.default if isinstance(option, Measure) else ""


def label(option: Option, value: Value) -> str:
    """The value as a shopper reads it: "Oak", "240 cm", "“ANNA”"."""
    if isinstance(option, Pick):
        return next(choice.label for choice in option.choices if choice.key == value)
    if isinstance(option, Measure):
        return f"{value} {option.unit}"
    return f"“{value}”" if value else "–"


def _variant_option(variants: tuple[str, ...]) -> Pick:
    choices = tuple(Choice(name, name[:1].upper() + name[1:], (Variant(name),)) for name in variants)
    return Pick(VARIANT_KEY, "Colourway", choices)


def _with_default(option: Option, value: Value | None) -> Option:
    if value is None or isinstance(option, Text):
        return option
    if isinstance(option, Pick):
        return replace(option, default=str(value))
    return replace(option, default=int(value))


# --- values -------------------------------------------------------------------------------------


def _parse(option: Option, given: str | int | None) -> tuple[Value, str]:
    fallback = default(option)
    if given is None:
        return fallback, ""
    if isinstance(option, Pick):
        return _parse_pick(option, str(given), fallback)
    if isinstance(option, Measure):
        return _parse_measure(option, str(given), fallback)
    return _parse_text(option, str(given), fallback)


def _parse_pick(option: Pick, given: str, fallback: Value) -> tuple[Value, str]:
    if any(choice.key == given for choice in option.choices):
        return given, ""
    offered = ", ".join(choice.label for choice in option.choices)
    return fallback, f"{option.label}: there is no such choice. Choose one of: {offered}."


def _parse_measure(option: Measure, given: str, fallback: Value) -> tuple[Value, str]:
    expected = f"{option.label}: a whole number from {option.low} to {option.high} {option.unit}"
    if option.step > 1:
        expected += f", in steps of {option.step}"
    if not re.fullmatch(r"[0-9]{1,6}", given.strip()):
        return fallback, expected + "."
    value = int(given)
    fits = option.low <= value <= option.high and (value - option.low) % option.step == 0
    return (value, "") if fits else (fallback, expected + ".")


def _parse_text(option: Text, given: str, fallback: Value) -> tuple[Value, str]:
    text = " ".join(given.split())
    if len(text) > option.max_length:
        return fallback, f"{option.label}: at most {option.max_length} characters."
    if not re.fullmatch(option.pattern, text):
        return fallback, f"{option.label}: this holds a character that we can't make."
    return text, ""


# --- rules --------------------------------------------------------------------------------------


def _problems(product_type: ProductType, selection: Selection) -> tuple[Problem, ...]:
    return tuple(problem for rule in product_type.rules for problem in rule(selection))


def _choice_states(
    product_type: ProductType, option: Option, selection: Selection, now: tuple[Problem, ...]
) -> Iterator[ChoiceState]:
    if not isinstance(option, Pick):
        return
    for choice in option.choices:
        chosen = selection[option.key] == choice.key
        after = now if chosen else _problems(product_type, {**selection, option.key: choice.key})
        blocked = next((problem for problem in after if option.key in problem.options), None)
        yield ChoiceState(choice, chosen, blocked)


# --- price --------------------------------------------------------------------------------------


def _price(
    product_type: ProductType, subject: Subject, options: tuple[Option, ...], selection: Selection
) -> Iterator[PriceLine]:
    lines = [PriceLine(subject.title, subject.price)]
    lines += [line for option in options for line in _surcharge(option, selection[option.key])]
    yield from lines
    subtotal = sum(line.amount for line in lines)
    for rule in product_type.price_rules:
        for line in rule(selection, subtotal):
            subtotal += line.amount
            yield line


def _surcharge(option: Option, value: Value) -> Iterator[PriceLine]:
    amount = 0
    if isinstance(option, Pick):
        amount = next(choice.surcharge for choice in option.choices if choice.key == value)
    elif isinstance(option, Measure):
        amount = option.surcharge * max(0, int(value) - option.default)
    else:
        amount = option.surcharge * len(str(value).replace(" ", ""))
    if amount:
        yield PriceLine(f"{option.label}: {label(option, value)}", amount)
