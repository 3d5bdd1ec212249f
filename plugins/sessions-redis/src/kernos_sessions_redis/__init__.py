"""Kernos' sessions in Redis or Valkey: one server or a cluster."""

from kernos_sessions_redis.sessions import make_sessions
from kernos_sessions_redis.store import RedisStore

__all__ = ["RedisStore", "make_sessions"]
