"""Lets a failing test of the kits in tests/support show its values."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("json_in_application", "json_same_answers", "json_small_stacks")
