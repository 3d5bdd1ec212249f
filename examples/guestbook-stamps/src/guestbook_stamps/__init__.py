"""Stamps for the guestbook: a URL converter, a blueprint and one template global."""

from guestbook_stamps.stamps import STAMPS, Stamp, stamp_for

__all__ = ["STAMPS", "Stamp", "stamp_for"]
