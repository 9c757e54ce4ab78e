"""The look of a configuration: found where it is made, asked for where somebody means it.

Whatever is away or full, the shop sells on: a look that can't be had is the model's own picture.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from flask import session

from storefront.accounts import throttle
from storefront.accounts.access import remote_address
from storefront.accounts.throttle import TooManyTries
from storefront.assets import pictures
from storefront.catalog import operations as catalog
from storefront.catalog.cards import poster, poster_of
from storefront.catalog.snapshot import Media, Picture, ProductView
from storefront.catalog.snapshot.views import JPEG
from storefront.configure import Configuration
from storefront.effects import effects_key
from storefront.looks.pages import Look
from storefront.stores import database
from storefront.stores.dynamo import Unavailable
from storefront.stores.objects import ObjectsAway

ASKED = "looks"
MOST, WINDOW_SECONDS = 30, 3600.0
"""New looks that one visitor may have made in a while."""

log = logging.getLogger(__name__)


def find(product: ProductView, configuration: Configuration) -> Look | None:
    """The look, None while it isn't made. As it comes, a product looks like its model."""
    media = product.media
    if media is None:
        return None
    if is_default(product, configuration):
        return Look(poster(media, small=True), media.usdz, media.plain)
    try:
        made = pictures.find(media.base, effects_key(configuration.effects))
    except ObjectsAway as error:
        log.warning("no looks, the objects are away: %s", error)
        return None
    return _look(made) if made else None


def ask(product: ProductView, configuration: Configuration) -> bool:
    """Have the look made unless it is there. False where it can't be, for now: the visitor asked for
    too many, too many wait, or a store is away.

    Only for what somebody did on purpose: following links must not start renders.
    """
    media, key = product.media, effects_key(configuration.effects)
    if media is None:
        return False
    if find(product, configuration) is not None:
        return True
    try:
        if not pictures.is_asked(media.base, key) and not _may_ask():
            return False
        return pictures.request(media.base, key, _drawn(configuration), product=product.slug)
    except (Unavailable, ObjectsAway) as error:
        log.warning("nobody makes the look of %s, a store is away: %s", product.slug, error)
        return False


def is_coming(product: ProductView, configuration: Configuration) -> bool:
    """Whether the look is being made."""
    media = product.media
    try:
        return media is not None and pictures.is_coming(media.base, effects_key(configuration.effects))
    except Unavailable:
        return False


def is_default(product: ProductView, configuration: Configuration) -> bool:
    """Whether the product looks as it comes: texts that only the viewer writes don't count."""
    if not configuration.changed:
        return True
    plain = catalog.configured(product, {})
    return effects_key(plain.effects) == effects_key(configuration.effects)


def turntable(media: Media) -> Mapping[str, Any] | None:
    """The frames of the model as it comes, None while they aren't made."""
    try:
        return pictures.find_turntable(media.base)
    except ObjectsAway:
        return None


def _look(made: Mapping[str, Any]) -> Look:
    images = [i for i in made["images"] if i["type"] != JPEG]
    shown = tuple(Picture(i["path"], i["type"], i["width"], i["height"]) for i in images)
    return Look(poster_of(shown, small=True), made["usdz"]["path"], made["plain"]["path"])


def _drawn(configuration: Configuration) -> list[Mapping[str, Any]]:
    return [effect for effect in configuration.effects if effect["kind"] != "text"]


def _may_ask() -> bool:
    since, count = session.get(ASKED, (0.0, 0))
    if time.time() - since > WINDOW_SECONDS:
        since, count = time.time(), 0
    if count >= MOST:
        return False
    session[ASKED] = (since, count + 1)
    return _may_ask_from_here()


def _may_ask_from_here() -> bool:
    """A visitor without cookies is a new one each time: what they ask for counts for their network."""
    try:
        throttle.count("look", throttle.LOOKS, "", remote_address())
    except TooManyTries:
        return False
    except database.Unavailable as error:
        log.warning("looks are made uncounted, the database is away: %s", error)
    return True
