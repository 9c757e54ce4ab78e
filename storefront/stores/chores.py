"""When each chore of the shop was done last: upkeep writes it down, and the merchant's desk shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.stores.columns import Moment, from_now
from storefront.stores.database import Base, insert_new, write_rows

NOTED_SECONDS = 60.0
"""What is done more often is written down so often."""
_PATIENCE = timedelta(minutes=3)


class ChoreRun(Base):
    """A chore by its name: when any machine did it last, and when it failed last, with what error said.

    It is done every so many seconds; 0 where others decide, as about a provider's webhooks.
    """

    __tablename__ = "chores"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    every: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    failed_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str] = mapped_column(String(300), default="")

    @property
    def fails(self) -> bool:
        """Whether it failed after it was done."""
        return self.failed_at is not None and (self.done_at is None or self.failed_at > self.done_at)

    def late(self, now: datetime) -> bool:
        """Whether it should have been done since."""
        if not self.every or self.done_at is None:
            return False
        return now - self.done_at > timedelta(seconds=2 * self.every) + _PATIENCE


def done(session: Session, name: str, every: float = 0) -> None:
    """Write down that a chore was done now."""
    insert_new(session, ChoreRun, name=name, every=int(every))
    old = or_(ChoreRun.done_at.is_(None), ChoreRun.done_at < from_now(-NOTED_SECONDS))
    stale = or_(old, ChoreRun.failed_at > ChoreRun.done_at)
    mine = update(ChoreRun).where(ChoreRun.name == name, stale)
    write_rows(session, mine.values(done_at=from_now(), every=int(every)))


def failed(session: Session, name: str, every: float, error: str) -> None:
    """Write down that a chore failed now."""
    insert_new(session, ChoreRun, name=name, every=int(every))
    mine = update(ChoreRun).where(ChoreRun.name == name)
    write_rows(session, mine.values(failed_at=from_now(), error=error[:300]))


def runs(session: Session) -> Sequence[ChoreRun]:
    """Every chore that was ever done, by name."""
    return session.scalars(select(ChoreRun).order_by(ChoreRun.name)).all()
