"""Chinese justification for the PDF engine, which by itself stretches ASCII spaces only.

A line of Chinese that is not the last of its paragraph is spread by widening the gap after each character, at most
by ``LIMIT`` of the type size; a line that would need more is left as it is. Without this the right edge of a paper
is ragged by up to one character.

It replaces two functions inside WeasyPrint, so it is bound to the versions it was looked at with: with any other it
stays away (``installed()`` is False, a test says so) and papers come out ragged but right.
"""

import re
from typing import Any

import weasyprint
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.ffi import TO_UNITS, ffi, pango

VERSIONS = ("70.",)
LIMIT = 0.3  # of the type size
WIDEST_SPACE = 1.0  # of the type size: what an ASCII space may grow by in a line without Chinese
FEWEST = 8  # Chinese characters in a line worth spreading

CHINESE = re.compile("[⺀-鿿豈-﫿＀-￯—…“”‘’·\U00020000-\U0003ffff]")
RUNS = re.compile(CHINESE.pattern + "+")

_original_justify = inline.justify_line
_original_set_text = line_break.Layout.set_text


class Gap(float):
    """A widening per Chinese character, in pixels. ``ends_line``: the last character of the text gets none."""

    ends_line = False


def installed() -> bool:
    """Return whether the hook is in place."""
    return inline.justify_line is _justify_line


def install() -> bool:
    """Put the hook in place if this is a version it was made for; return whether it is."""
    if weasyprint.__version__.startswith(VERSIONS):
        inline.justify_line = _justify_line
        line_break.Layout.set_text = _set_text
    return installed()


def _texts(box: Any) -> list[Any]:
    """Return the text boxes of a line, in order. An empty list stops justification: something else stands in the line."""
    if isinstance(box, boxes.TextBox):
        return [box]
    found = []
    for child in box.children:
        if child.is_in_normal_flow():
            if not isinstance(child, boxes.TextBox | boxes.InlineBox):
                return []
            found += _texts(child)
    return found


def _justify_line(context: Any, line: Any, extra_width: float) -> None:
    texts = _texts(line)
    count = sum(len(CHINESE.findall(box.text)) for box in texts)
    if count < FEWEST:
        spaces = sum(box.text.count(" ") for box in texts)
        if not texts or (spaces and extra_width / spaces <= WIDEST_SPACE * line.style["font_size"]):
            _original_justify(context, line, extra_width)
        return
    last = next((box for box in reversed(texts) if box.text.strip()), texts[-1])
    if CHINESE.match(last.text.rstrip()[-1:]):
        count -= 1
    gap = extra_width / count
    if gap > LIMIT * line.style["font_size"]:
        return
    _spread(context, line, gap, 0.0, last)


def _spread(context: Any, box: Any, gap: float, shift: float, last: Any) -> float:
    """Widen ``box`` and move it by ``shift``; return the shift for what follows."""
    box.position_x += shift
    if isinstance(box, boxes.TextBox):
        if not CHINESE.search(box.text):
            return shift
        value = Gap(gap)
        value.ends_line = box is last
        natural = box.width
        layout = line_break.create_layout(box.text, box.style, context, None, value)
        layout.set_text(box.text, justify=True)
        first, _ = layout.get_first_line()
        width, _height = line_break.line_size(first, box.style)
        layout.deactivate()
        box.justification_spacing = value
        box.pango_layout = layout
        box.width = width
        return shift + float(width - natural)
    before = shift
    for child in box.children:
        if child.is_in_normal_flow():
            shift = _spread(context, child, gap, shift, last)
    box.width += shift - before
    return shift


def _set_text(self: Any, text: str, justify: bool = False) -> None:
    gap = self.justification_spacing
    if not isinstance(gap, Gap):
        _original_set_text(self, text, justify)
        return
    self.justification_spacing = 0
    _original_set_text(self, text, justify)
    self.justification_spacing = gap
    if not justify:
        return
    attributes = pango.pango_layout_get_attributes(self.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    own = self.style["letter_spacing"]
    spacing = int((float(gap) + (0 if own == "normal" else own)) * TO_UNITS)
    end = len(self.text.rstrip()) - 1 if gap.ends_line else None
    for run in RUNS.finditer(self.text, 0, end if end is not None else len(self.text)):
        attribute = pango.pango_attr_letter_spacing_new(spacing)
        attribute.start_index = len(self.text[: run.start()].encode())
        attribute.end_index = len(self.text[: run.end()].encode())
        pango.pango_attr_list_change(attributes, attribute)
    pango.pango_layout_set_attributes(self.layout, attributes)
