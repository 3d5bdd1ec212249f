"""Other people's tests, unmodified, against Flask and against Kernos.

``nox -s parity`` runs them. Nothing of theirs is in this repository: their source
distributions come from the package index, and go into folders that git ignores.
"""
