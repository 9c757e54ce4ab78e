"""Fashion: shoes, bags, hats, sunglasses and rings that are finished to order."""

from plugins.fashion.hat import HAT
from plugins.fashion.ring import RING
from plugins.fashion.runner import RUNNER
from plugins.fashion.seed import seed
from plugins.fashion.sneaker import SNEAKER
from plugins.fashion.sunglasses import SUNGLASSES
from plugins.fashion.tote import TOTE
from plugins.fashion.weekender import WEEKENDER
from storefront.plugin_api import Plugin

plugin = Plugin(
    name="fashion",
    title="Fashion",
    summary="Shoes, bags, hats and fine things, finished to order in small European workshops.",
    product_types=(SNEAKER, RUNNER, WEEKENDER, TOTE, HAT, SUNGLASSES, RING),
    seed=seed,
)
