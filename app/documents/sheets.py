"""Filling a paper's template with its facts. Used by the press for the PDF and by the web for reading on a screen.

The sandbox of the templates: they see the facts and nothing else, every value is escaped, a field that is missing is
an error, and a character that no font has is written out instead of being lost.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from app.core.text import yuan

TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "documents"
PRINTED, SCREEN = "base.html", "screen.html"

#: Marks that turn the order of the letters round; a reader must see them, not be misled by them.
TURNING = frozenset((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C))


def clean(text: str, covered: frozenset[int] | None) -> str:
    """Return ``text`` as it can be printed: a character that no font has is written out as 〔U+1F600〕.

    covered: what the fonts have; None for a screen, which has its own.
    """
    if text.isascii() and text.isprintable():
        return text
    shown = []
    for char in text:
        point = ord(char)
        if char in "\n\t":
            shown.append(char)
        elif (
            point in TURNING
            or (covered is not None and point not in covered)
            or (covered is None and not char.isprintable())
        ):
            if point in TURNING or unicodedata.category(char) not in ("Cc", "Cf", "Mn", "Zl", "Zp"):
                shown.append(f"〔U+{point:04X}〕")
        else:
            shown.append(char)
    return "".join(shown)


def lines(text: str) -> list[str]:
    """Return the paragraphs of a text as typed; an empty text has none."""
    return [line.strip() for line in str(text).split("\n") if line.strip()]


class Environment(ImmutableSandboxedEnvironment):
    """The sandbox of the templates. ``f.items`` means the fact called items, never the method of a dict."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Look a fact up by name."""
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


class Sheets:
    """The templates of papers. ``covered``: the characters that can be printed, None for a screen."""

    def __init__(self, covered: frozenset[int] | None, folders: Iterable[Path] = (TEMPLATES,)) -> None:
        self.jinja = Environment(
            loader=jinja2.FileSystemLoader(list(dict.fromkeys(folders))),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=lambda value: (
                clean(value, covered) if isinstance(value, str) and not isinstance(value, Markup) else value
            ),
        )
        self.jinja.filters["yuan"] = lambda fen: yuan(fen, empty="／")
        self.jinja.filters["lines"] = lines

    def fill(self, template: str, facts: Mapping[str, Any], layout: str = PRINTED) -> str:
        """Return the HTML of a paper. ``facts`` holds ``paper`` (the head) and the fields of the kind."""
        # ``layout``: PRINTED is a whole document for the press, SCREEN a part of one of our pages.
        rest = {name: value for name, value in facts.items() if name != "paper"}
        return self.jinja.get_template(template).render(f=rest, paper=facts["paper"], layout=layout)


@cache
def on_screen() -> Sheets:
    """Return the templates for reading in a browser."""
    return Sheets(None)
