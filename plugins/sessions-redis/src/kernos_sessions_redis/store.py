"""Sessions as keys of a Redis or Valkey server, which lets them expire."""

from __future__ import annotations

import threading
import typing as t

import redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisClusterException, RedisError
from redis.retry import Retry

#: What a URL may begin with, and what redis-py is told; "+cluster" asks for a cluster.
SCHEMES = {
    "redis": "redis",
    "rediss": "rediss",
    "unix": "unix",
    "valkey": "redis",
    "valkeys": "rediss",
    "redis+cluster": "redis",
    "rediss+cluster": "rediss",
    "valkey+cluster": "redis",
    "valkeys+cluster": "rediss",
}

#: Writes ARGV[2] over ARGV[1]; "1" or "0" before each tells a value from nothing. One key
#: only, so that a cluster runs it too.
_EXCHANGE = """
local kept = redis.call('GET', KEYS[1])
if kept then kept = '1' .. kept else kept = '0' end
if kept ~= ARGV[1] then return 0 end
if string.sub(ARGV[2], 1, 1) == '1' then
    redis.call('SET', KEYS[1], string.sub(ARGV[2], 2), 'EX', ARGV[3])
else
    redis.call('DEL', KEYS[1])
end
return 1
"""


class RedisStore:
    """Keep sessions in Redis, Valkey or a cluster of them.

    Args:
        url: Where: redis-py's URLs, the same with ``valkey`` for ``redis``, and with
            ``+cluster`` behind the scheme for a cluster.
        timeout_seconds: The longest wait for a connection, and for an answer.

    Raises:
        ValueError: The URL cannot be read.
    """

    errors = (RedisError, RedisClusterException)

    def __init__(self, url: str, *, timeout_seconds: float = 1.0) -> None:
        scheme, _, rest = url.partition("://")
        self._url = f"{SCHEMES[scheme]}://{rest}"
        self._is_cluster = scheme.endswith("+cluster")
        self._options: dict[str, t.Any] = {
            "socket_connect_timeout": timeout_seconds,
            "socket_timeout": timeout_seconds,
            "protocol": 2,  # which every server speaks, without asking it first
            # Trying again is the next request's: this one has an answer to give.
            "retry": Retry(NoBackoff(), 1 if self._is_cluster else 0),
        }
        self._lock = threading.Lock()
        self._client: t.Any = None
        if not self._is_cluster:
            self._client = redis.Redis.from_url(self._url, **self._options)

    @property
    def client(self) -> t.Any:
        """The client of redis-py. That of a cluster asks it for its nodes, here first."""
        if self._client is None:
            with self._lock:
                if self._client is None:
                    self._client = redis.RedisCluster.from_url(self._url, **self._options)
        return self._client

    def get(self, key: str) -> bytes | None:
        """Return what is kept under ``key``; None when there is nothing, or no more."""
        return t.cast("bytes | None", self.client.get(key))

    def set(self, key: str, value: bytes, ttl_seconds: int) -> None:
        """Keep ``value`` under ``key`` for ``ttl_seconds`` from now."""
        self.client.set(key, value, ex=max(ttl_seconds, 1))

    def delete(self, key: str) -> None:
        """Forget what is kept under ``key``, if anything is."""
        self.client.delete(key)

    def exchange(
        self, key: str, expected: bytes | None, value: bytes | None, ttl_seconds: int
    ) -> bool:
        """Keep ``value`` in place of ``expected``, in one step; tell whether it was there."""
        done = self.client.eval(
            _EXCHANGE, 1, key, _marked(expected), _marked(value), max(ttl_seconds, 1)
        )
        return bool(done)

    def probe(self) -> float | None:
        """Return what the server's clock says; a cluster has no single one, and is read from."""
        if self._is_cluster:
            self.client.get("")
            return None
        seconds, microseconds = self.client.time()
        return float(seconds) + float(microseconds) / 1e6

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        if self._client is not None:
            self._client.close()


def _marked(value: bytes | None) -> bytes:
    return b"0" if value is None else b"1" + value


__all__ = ["SCHEMES", "RedisStore"]
