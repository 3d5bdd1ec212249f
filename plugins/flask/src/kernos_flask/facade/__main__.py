"""``python -m flask``."""

from .cli import main

main()
