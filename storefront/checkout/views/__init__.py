"""The checkout's pages and forms. Every form is plain; each does its work once."""

from storefront.checkout.views import filling, paying, returning, starting, tables
from storefront.checkout.views.here import blueprint

__all__ = ["blueprint", "filling", "paying", "returning", "starting", "tables"]
