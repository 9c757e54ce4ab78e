"""The Flask glue that every page shares: sessions, guard, pages, errors, logs and the page cache."""
