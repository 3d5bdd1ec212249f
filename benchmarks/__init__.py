"""Kernos beside its peers, measured: see README.md in this folder.

Alternatives and plugins may be installed where this runs; what is compared is what everybody
gets, so that each command takes the standard components and no plugin.
"""

from __future__ import annotations

import os

os.environ.setdefault("KERNOS_COMPONENTS", "default")
os.environ.setdefault("KERNOS_PLUGINS", "none")
