"""The stamps themselves: what they are called and how they are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32


@dataclass(frozen=True)
class Stamp:
    """One stamp: a motif on a ground of one colour."""

    name: str
    ground: str
    #: SVG inside a square of 48 by 48.
    motif: str

    def svg(self) -> str:
        """Return the picture, 72 by 88, perforated."""
        holes = "".join(
            f'<circle cx="{x}" cy="{y}" r="3"/>'
            for x, y in [
                *((x, y) for x in range(4, 72, 8) for y in (0, 88)),
                *((x, y) for y in range(4, 88, 8) for x in (0, 72)),
            ]
        )
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" width="72" height="88" viewBox="0 0 72 88">'
            f'<mask id="m"><rect width="72" height="88" fill="#fff"/><g>{holes}</g></mask>'
            '<g mask="url(#m)"><rect width="72" height="88" fill="#f4ecdc"/>'
            f'<rect x="7" y="7" width="58" height="74" fill="{self.ground}"/>'
            '<g transform="translate(12 12)" fill="none" stroke="#f4ecdc" stroke-width="3" '
            f'stroke-linecap="round" stroke-linejoin="round">{self.motif}</g>'
            f'<text x="36" y="76" font-family="Georgia, serif" font-size="10" fill="#f4ecdc" '
            f'text-anchor="middle">{self.name}</text></g></svg>'
        )


STAMPS = {
    one.name: one
    for one in (
        Stamp(
            "amphora",
            "#9c4221",
            '<path d="M18 4h12M20 4c0 10-10 12-10 22s8 14 14 18c6-4 14-8 14-18S28 14 28 4"/>'
            '<path d="M14 14c-8 0-8 10-4 12M34 14c8 0 8 10 4 12"/>',
        ),
        Stamp(
            "olive",
            "#55682f",
            '<path d="M24 46C24 28 26 16 40 4M25 30c-10 2-14-2-17-8 8-2 14 0 17 8z"/>'
            '<path d="M30 18c8 4 12 2 15-4-8-2-12 0-15 4z"/>',
        ),
        Stamp(
            "ship",
            "#1f4e79",
            '<path d="M4 34h40l-6 8H10zM24 34V6l14 22H24M24 10L10 28h14"/>',
        ),
        Stamp(
            "sun",
            "#8f5708",
            '<circle cx="24" cy="24" r="9"/><path d="M24 4v6M24 38v6M4 24h6M38 24h6"/>'
            '<path d="M10 10l4 4M34 34l4 4M38 10l-4 4M10 38l4-4"/>',
        ),
        Stamp(
            "wave",
            "#22666b",
            '<path d="M2 16q8-10 15 0t15 0 14 0M2 27q8-10 15 0t15 0 14 0"/>'
            '<path d="M2 38q8-10 15 0t15 0 14 0"/>',
        ),
    )
}


def stamp_for(name: str) -> Stamp:
    """Return the stamp that goes with a visitor's name: always the same one."""
    stamps = list(STAMPS.values())
    return stamps[crc32(name.casefold().encode()) % len(stamps)]
