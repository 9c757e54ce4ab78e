"""What the tables are like: the same as the PynamoDB models say, which a test compares both ways."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index: its keys (partition, sort), what it holds besides; empty for all."""

    name: str
    keys: tuple[str, ...]
    included: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One table. All keys are strings. ``expires`` is the time-to-live attribute.

    ``followed`` says that a Lambda follows its stream; streams are on in all, since replicas need them.
    """

    role: str
    suffix: str
    keys: tuple[str, ...]
    indexes: tuple[Index, ...] = ()
    expires: str = ""
    followed: bool = False

    @property
    def key_names(self) -> list[str]:
        """Every attribute that is a key of the table or of an index, once."""
        return sorted({*self.keys, *(name for index in self.indexes for name in index.keys)})


TABLES = (
    Shape(role="Products", suffix="products", keys=("slug",), followed=True),
    Shape(role="Categories", suffix="categories", keys=("slug",), followed=True),
    Shape(
        role="Assets",
        suffix="assets",
        keys=("asset_id",),
        indexes=(
            Index("by-product", ("product_slug", "created_at")),
            Index("by-state", ("state", "updated_at")),
        ),
    ),
    Shape(
        role="Jobs",
        suffix="jobs",
        keys=("job_id",),
        indexes=(
            Index("by-owner", ("owner", "queued_at"), included=("state", "turn")),
            Index("by-state", ("state", "place")),
        ),
        expires="expires_at",
    ),
    Shape(role="JobOwners", suffix="job-owners", keys=("owner",)),
    Shape(role="Carts", suffix="carts", keys=("cart_id", "line_id"), expires="expires_at", followed=True),
    Shape(role="InCarts", suffix="in-carts", keys=("product", "line"), expires="expires_at"),
    Shape(role="CartReminders", suffix="cart-reminders", keys=("cart_id",)),
    Shape(role="Sessions", suffix="sessions", keys=("id",), expires="expires_at"),
)
