"""How the SQL tables came to be, step by step (Alembic), and all of them as the models say."""

from storefront.accounts import models as accounts
from storefront.checkout import models as checkout
from storefront.mail import models as mail
from storefront.orders import models as orders
from storefront.stock import models as stock
from storefront.stores.database import Base
from storefront.web import once

MODELS = (accounts, checkout, mail, orders, stock, once)
"""The modules that declare tables: importing them is what makes ``TABLES`` whole."""

TABLES = Base.metadata
