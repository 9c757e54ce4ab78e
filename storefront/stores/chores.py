"""When each chore of the shop was done last: upkeep writes it down, and the merchant's desk shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.stores.columns import Moment, from_now
from storefront.stores.database import Base, insert_new


class ChoreRun(Base):
    """A chore by its name: when any machine did it last, and when it failed last, with what error said."""

    __tablename__ = "chores"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    failed_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str] = mapped_column(String(300), default="")

    @property
    def fails(self) -> bool:
        """Whether it failed after it was done."""
        return self.failed_at is not None and (self.done_at is None or self.failed_at > self.done_at)


def note(session: Session, name: str, error: str = "") -> None:
    """Write down that a chore was done now, or that it failed with this error."""
    insert_new(session, ChoreRun, name=name)
    said = {"failed_at": from_now(), "error": error[:300]} if error else {"done_at": from_now()}
    session.execute(update(ChoreRun).where(ChoreRun.name == name).values(said))


def runs(session: Session) -> Sequence[ChoreRun]:
    """Every chore that was ever done, by name."""
    return session.scalars(select(ChoreRun).order_by(ChoreRun.name)).all()
