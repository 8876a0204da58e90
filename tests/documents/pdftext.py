"""Reads the words back out of a PDF through its own ToUnicode maps, without any outside program."""

import io
import re
from dataclasses import dataclass

import pikepdf


@dataclass(frozen=True)
class Words:
    """A piece of text as it stands on the page (points from the lower left corner)."""

    x: float
    y: float
    size: float
    font: str
    text: str
    width: float


def _cmap(font: pikepdf.Object) -> dict[int, str]:
    raw = font["/ToUnicode"].read_bytes().decode("latin-1")
    pairs = re.findall(
        r"^<([0-9a-fA-F]+)> <([0-9a-fA-F]+)>$", "\n".join(re.findall(r"beginbfchar(.*?)endbfchar", raw, re.S)), re.M
    )
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def _widths(font: pikepdf.Object) -> dict[int, float]:
    found: dict[int, float] = {}
    listed = list(font["/DescendantFonts"][0]["/W"])
    at = 0
    while at < len(listed):
        if isinstance(listed[at + 1], pikepdf.Array):
            for step, width in enumerate(listed[at + 1]):
                found[int(listed[at]) + step] = float(width)
            at += 2
        else:
            for code in range(int(listed[at]), int(listed[at + 1]) + 1):
                found[code] = float(listed[at + 2])
            at += 3
    return found


def words(pdf: bytes) -> list[list[Words]]:
    """Return the pieces of text of every page, in the order they were drawn."""
    pages = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        maps: dict[tuple[int, int], tuple[dict[int, str], dict[int, float], str]] = {}
        for page in document.pages:
            fonts = page.Resources.get("/Font", {})
            found: list[Words] = []
            stack: list[tuple[float, ...]] = []
            matrix: tuple[float, ...] = (1, 0, 0, 1, 0, 0)
            text_matrix: tuple[float, ...] = (1, 0, 0, 1, 0, 0)
            current, size = ({}, {}, ""), 0.0
            for operands, operator in pikepdf.parse_content_stream(page):
                name = str(operator)
                if name == "q":
                    stack.append(matrix)
                elif name == "Q":
                    matrix = stack.pop()
                elif name == "cm":
                    matrix = _times(tuple(float(v) for v in operands), matrix)
                elif name == "Tm":
                    text_matrix = tuple(float(v) for v in operands)
                elif name == "Tf":
                    font = fonts[str(operands[0])]
                    if font.objgen not in maps:
                        maps[font.objgen] = (_cmap(font), _widths(font), str(font["/BaseFont"]))
                    current, size = maps[font.objgen], float(operands[1])
                elif name in ("TJ", "Tj"):
                    text, width = "", 0.0
                    for part in operands[0] if name == "TJ" else operands:
                        if isinstance(part, pikepdf.String):
                            raw = bytes(part)
                            for at in range(0, len(raw), 2):
                                code = raw[at] << 8 | raw[at + 1]
                                text += current[0][code]
                                width += current[1].get(code, 1000)
                        else:
                            width -= float(part)
                    placed = _times(text_matrix, matrix)
                    found.append(
                        Words(
                            placed[4],
                            placed[5],
                            size * abs(placed[0]),
                            current[2],
                            text,
                            width / 1000 * size * abs(placed[0]),
                        )
                    )
                    text_matrix = _times((1, 0, 0, 1, width / 1000 * size, 0), text_matrix)
            pages.append(found)
    return pages


def _times(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, ...]:
    return (
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
    )  # fmt: skip


def text(pdf: bytes) -> str:
    """Return the text of a PDF line by line, pages apart: what a golden file holds."""
    shown = []
    for number, found in enumerate(words(pdf), 1):
        shown.append(f"----- {number} -----")
        rows: dict[int, list[Words]] = {}
        for piece in found:
            rows.setdefault(round(piece.y), []).append(piece)
        for y in sorted(rows, reverse=True):
            line, end = "", None
            for piece in sorted(rows[y], key=lambda one: one.x):
                line += ("  " if end is not None and piece.x - end > piece.size * 0.6 else "") + piece.text
                end = piece.x + piece.width
            shown.append(line.rstrip())
    return "\n".join(shown) + "\n"
