"""The kernel's version: what a plugin's range on ``kernos`` is held against."""

__version__ = "1.0.0"
