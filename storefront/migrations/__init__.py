"""How the SQL tables came to be, step by step (Alembic), and all of them as the models say."""

from storefront.accounts import models as accounts
from storefront.checkout import models as checkout
from storefront.designs import models as designs
from storefront.mail import models as mail
from storefront.orders import models as orders
from storefront.stock import models as stock
from storefront.stores import chores
from storefront.stores.database import Base
from storefront.web import once

MODELS = (accounts, checkout, chores, designs, mail, orders, stock, once)
"""The modules that declare tables: importing them is what makes ``TABLES`` whole."""

TABLES = Base.metadata

LEFT_BEHIND = frozenset({"failed_sign_ins"})
"""Tables that no model names any more: the release before this one writes to them while both run."""


def is_ours(_thing: object, name: str | None, kind: str, *_: object) -> bool:
    """Whether Alembic compares it with the models."""
    return kind != "table" or name not in LEFT_BEHIND
