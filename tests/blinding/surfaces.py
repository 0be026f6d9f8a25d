"""Everything but pages that somebody blinded can get hold of, as bytes by name."""

import pickle
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.core import mail
from django.core.cache import caches
from psycopg import sql
from redis import Redis

from tests.blinding import database
from tests.blinding.world import World
from trialsite.embedded import roles

Surfaces = dict[str, bytes]

_READABLE = """
SELECT nspname, relname, array_agg(attname::text ORDER BY attnum),
    array_agg(format_type(atttypid, atttypmod) ORDER BY attnum)
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
WHERE relkind IN ('r', 'v', 'm', 'p') AND nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
    AND has_schema_privilege(relnamespace, 'USAGE') AND has_table_privilege(pg_class.oid, 'SELECT')
GROUP BY nspname, relname ORDER BY nspname, relname
"""
_SEQUENCES = """
SELECT schemaname, sequencename, last_value FROM pg_sequences
WHERE schemaname <> 'blinding' AND has_schema_privilege(schemaname, 'USAGE') ORDER BY 1, 2
"""
# The lines that anchors are computed over; which lines are of one transaction is seen in the history.
_NUMBER_OF_TRANSACTION = r'^(\["[a-z]+", \d+, [\d.]+), \d+'


def gathered(world: World) -> Surfaces:
    """Dump, mails, log, broker, cache and exports of a world that is entered."""
    found: Surfaces = {}
    with database.connect(roles.WEB) as web:
        found |= {f"dump {name}": content for name, content in dumped(web)}
    for number, message in enumerate(getattr(mail, "outbox", [])):
        found[f"mail {number}"] = message.message().as_bytes()
    found["log"] = "\n".join(world.log.lines).encode()
    found["statements of the web role"] = "\n".join(world.statements).encode()
    found |= {f"broker {name}": content for name, content in _kept_in(world.redis)}
    found["cache"] = repr(sorted(_cached())).encode()
    found |= {f"export {name}": content for name, content in _exported(world.directory / world.name)}
    return found


def dumped(web: psycopg.Connection[Any]) -> Iterator[tuple[str, bytes]]:
    """Every table that the role of the connection may read, and the sequences."""
    # One statement for all: a dump is taken hundreds of times, and most tables are small.
    tables = sql.SQL(" UNION ALL ").join(_lines(*each) for each in web.execute(_READABLE).fetchall())
    yield from ((name, lines.encode()) for name, lines in web.execute(tables).fetchall())
    yield "sequences", repr(web.execute(_SEQUENCES).fetchall()).encode()


def _lines(schema: str, table: str, columns: list[str], kinds: list[str]) -> sql.Composed:
    """The rows in the order of their text, which begins with the key; transactions by their order."""
    picked: list[sql.Composable] = []
    for column, kind in zip(columns, kinds, strict=True):
        shown = sql.Identifier(column)
        if (schema, table) == ("audit", "lines") and kind == "text":
            picked.append(
                sql.SQL(r"regexp_replace({}, {}, '\1')").format(shown, sql.Literal(_NUMBER_OF_TRANSACTION))
            )
        elif kind == "xid8" or column == "txid":
            picked.append(sql.SQL("dense_rank() OVER (ORDER BY {})").format(shown))
        else:
            picked.append(shown)
    texts = sql.SQL(", ").join(sql.SQL("{}::text").format(each) for each in picked)
    return sql.SQL(
        "SELECT {}, coalesce(string_agg(line, E'\\n' ORDER BY line), '')"
        " FROM (SELECT array_to_string(ARRAY[{}], E'\\t', '\\N') FROM {}) AS rows (line)"
    ).format(f"{schema}.{table}", texts, sql.Identifier(schema, table))


def _kept_in(redis: Redis) -> Iterator[tuple[str, bytes]]:
    """Every key with its content: queues, bindings, and results if there were any."""
    for key in sorted(redis.scan_iter()):
        kind = redis.type(key)
        content: Any
        if kind == b"list":
            content = redis.lrange(key, 0, -1)
        elif kind == b"set":
            content = sorted(redis.smembers(key))
        elif kind == b"hash":
            content = sorted(redis.hgetall(key).items())
        elif kind == b"zset":
            content = redis.zrange(key, 0, -1)
        else:
            content = redis.get(key)
        yield key.decode(), repr(content).encode()


def _cached() -> list[tuple[str, bytes]]:
    store: dict[str, bytes] = caches["default"]._cache  # type: ignore[attr-defined]  # of the memory cache
    return [(key, repr(pickle.loads(content)).encode()) for key, content in store.items()]


def _exported(directory: Path) -> Iterator[tuple[str, bytes]]:
    """Each file of an export as it is, and its parts, so that a difference has a name."""
    for number, path in enumerate(sorted(directory.glob("*"))):
        yield f"{number} {path.name}", path.read_bytes()
        with zipfile.ZipFile(path) as archive:
            for part in archive.namelist():
                yield f"{number} {part}", archive.read(part)
