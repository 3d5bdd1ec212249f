"""httpbin comes from the package index: only ``nox -s parity`` collects this folder."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("KERNOS_PARITY") else ["test_every_endpoint.py"]
