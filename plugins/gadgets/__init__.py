"""Gadgets: watches that tell the time, headphones, speakers and keyboards."""

from __future__ import annotations

from plugins.gadgets.headphones import HEADPHONES
from plugins.gadgets.keyboard import KEYBOARD
from plugins.gadgets.seed import seed
from plugins.gadgets.speaker import SPEAKER
from plugins.gadgets.watch import WATCH
from storefront.plugin_api import Plugin

plugin = Plugin(
    name="gadgets",
    title="Gadgets",
    summary="Watches, headphones, speakers and keyboards, made to be used every day.",
    product_types=(WATCH, HEADPHONES, SPEAKER, KEYBOARD),
    seed=seed,
)
