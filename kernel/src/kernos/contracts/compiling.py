"""Compiling Python in one thread at a time.

Some releases of Python, 3.11.7 among them, count how deep `ast` is inside a tree for all
threads together, so that a switch between two of them can be a `SystemError`.
"""

from __future__ import annotations

import threading

#: Held by whoever has something read or made by `ast` while requests are served: templates,
#: builders of URLs. One for all plugins, since they disturb each other; a thread that holds
#: it may take it again.
COMPILING = threading.RLock()
