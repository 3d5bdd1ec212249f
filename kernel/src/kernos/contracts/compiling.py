"""Compiling Python in one thread at a time.

Up to 3.11.7, Python counts how deep `ast` is inside a tree for all threads together, so a
switch between two of them is a `SystemError` (CPython's issue 106905).
"""

from __future__ import annotations

import threading

#: Held by whoever has something read or made by `ast` while requests are served: templates,
#: builders of URLs. One for all plugins, since they disturb each other; a thread that holds
#: it may take it again.
COMPILING = threading.RLock()
