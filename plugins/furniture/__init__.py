"""Furniture: sofas, chairs, tables, shelves and lamps, made to measure."""

from plugins.furniture.chair import ARMCHAIR, CHAIR
from plugins.furniture.lamp import LAMP
from plugins.furniture.seed import seed
from plugins.furniture.shelf import SHELF
from plugins.furniture.sofa import SOFA
from plugins.furniture.table import COFFEE_TABLE, TABLE
from storefront.plugin_api import Plugin

plugin = Plugin(
    name="furniture",
    title="Furniture",
    summary="Sofas, chairs, tables, shelves and lamps, built to your measure in wood, wool and steel.",
    product_types=(SOFA, ARMCHAIR, CHAIR, TABLE, COFFEE_TABLE, SHELF, LAMP),
    seed=seed,
)
