"""What is in ``written`` is run by the runner, and is no module of tests."""

from __future__ import annotations

collect_ignore_glob = ["written/*"]
