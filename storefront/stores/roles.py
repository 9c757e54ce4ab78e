"""The shop's own user of PostgreSQL: it reads and writes rows, and changes no table."""

from __future__ import annotations

from psycopg import sql
from sqlalchemy import Engine

_RIGHTS = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {name}) THEN CREATE ROLE {user} LOGIN; END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN GRANT rds_iam TO {user}; END IF;
END $$;
GRANT USAGE ON SCHEMA public TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {user};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {user};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {user};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {user};
"""
"""``rds_iam`` is there on Aurora alone: who has it signs in with a token instead of a password."""


def let_in(engine: Engine, user: str) -> None:
    """See to it that the user is there and has its rights. Twice is once."""
    statement = sql.SQL(_RIGHTS).format(name=sql.Literal(user), user=sql.Identifier(user))
    with engine.begin() as connection:
        connection.connection.cursor().execute(statement.as_string())
