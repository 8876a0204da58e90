"""Builds the icon sprite from the icon package that set-up installed: `python -m app.assets`.

`app/static/icons.txt` names the icons in use, one a line. The sprite goes to `app/static/vendor/icons.svg`, which is
never committed; the package's licence stands beside it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

STATIC = Path(__file__).parent / "static"
LIST = STATIC / "icons.txt"
ICONS = STATIC / "vendor" / "bootstrap-icons" / "icons"
SPRITE = STATIC / "vendor" / "icons.svg"
_SVG = re.compile(r'<svg[^>]*viewBox="([^"]+)"[^>]*>(.*)</svg>', re.DOTALL)


def names() -> list[str]:
    """The icons in use, sorted."""
    return sorted({line.strip() for line in LIST.read_text("utf-8").splitlines() if line.strip()})


def build() -> int:
    """Write the sprite. Returns the number of icons. FileNotFoundError names an icon that the package does not have."""
    symbols = []
    for name in names():
        found = _SVG.search((ICONS / f"{name}.svg").read_text("utf-8"))
        if found is None:
            raise ValueError(f"{name}.svg is not a plain SVG file")
        body = re.sub(r"\s+", " ", found[2]).strip()
        symbols.append(f'<symbol id="{name}" viewBox="{found[1]}">{body}</symbol>')
    SPRITE.write_text('<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n", "utf-8")
    return len(symbols)


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{build()} icons -> {SPRITE.relative_to(STATIC.parent.parent)}\n")
    except FileNotFoundError as missing:
        sys.exit(f"{missing.filename} is missing: run ./run setup, or correct app/static/icons.txt")
