"""Build the fonts that papers are printed with: ``python -m app.documents.fonts [FOLDER …]``.

Made once at set-up into the git-ignored folder ``build/fonts`` from the packages fonts-lxgw-wenkai and
fonts-noto-cjk (SIL Open Font License 1.1). Small TrueType fonts make a paper ten times cheaper to print than
the packaged ones, and our own ``fonts.conf`` makes it come out the same on every machine.

* The names are ours: "LXGW" and "霞鹜" are Reserved Font Names, which a changed font may not carry.
* An office that owns 仿宋_GB2312, 楷体_GB2312 or 方正小标宋 puts the files into ``instance/fonts``; the style
  sheets name those faces first. They are never shipped.
* A missing or unreadable font file is no error for the PDF engine: it silently takes another face. So the tests
  look at the names inside finished papers, and ``missing()`` says what no face covers.
"""

import argparse
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from app.documents.charset import small_set

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("TQ_FONTS") or ROOT / "build" / "fonts")
SYSTEM = Path("/usr/share/fonts")
RECIPE = 8  # raise it when the recipe changes what is built

#: Tables of the packaged fonts that a printed paper has no use for: vertical writing, variants, hinting of variants.
UNUSED = ("GSUB", "GPOS", "GDEF", "BASE", "JSTF", "vhea", "vmtx", "VORG", "gasp", "DSIG", "MATH")


@dataclass(frozen=True)
class Face:
    """One font that we build.

    ``file`` is the packaged file, ``index`` its place in a collection, ``chars`` which characters to keep:
    ``small`` (the usual set), ``latin`` (digits and signs) , ``all``, or ``rest`` (what "Tiequan Rare" has not).
    """

    family: str
    file: str
    index: int
    chars: str
    bold: bool = False


FACES = (
    Face("Tiequan Title", "NotoSerifCJK-Bold.ttc", 2, "small"),
    Face("Tiequan Hei", "NotoSansCJK-Regular.ttc", 2, "small"),
    Face("Tiequan Song", "NotoSerifCJK-Regular.ttc", 2, "latin"),
    Face("Tiequan Fang", "LXGWWenKai-Light.ttf", 0, "small"),
    Face("Tiequan Kai", "LXGWWenKai-Regular.ttf", 0, "small"),
    Face("Tiequan Rare", "LXGWWenKai-Light.ttf", 0, "all"),
    Face("Tiequan Rest", "NotoSerifCJK-Regular.ttc", 2, "rest"),
)


class FontsMissing(RuntimeError):
    """A packaged font file was not found; the text says which and how to get it."""


def find(name: str, folders: Iterable[Path]) -> Path:
    """Return the first file called ``name`` in ``folders``, or raise FontsMissing."""
    for folder in folders:
        for path in sorted(folder.rglob(name)):
            return path
    raise FontsMissing(
        f"没有找到字体文件 {name}。请安装 Debian 软件包 fonts-noto-cjk 和 fonts-lxgw-wenkai，或把解包后的文件夹作为参数给出。"
    )


def codepoints(path: Path, index: int) -> set[int]:
    """Return the code points that a font file covers."""
    import uharfbuzz as hb

    return set(hb.Face(hb.Blob.from_file_path(str(path)), index).unicodes)


def build_face(face: Face, source: Path, target: Path, wanted: set[int]) -> None:
    """Write one subset of ``source`` under our own name to ``target``."""
    import uharfbuzz as hb
    from fontTools.ttLib import TTFont

    parsed = hb.Face(hb.Blob.from_file_path(str(source)), face.index)
    choice = hb.SubsetInput()
    choice.unicode_set.update(wanted)
    choice.drop_table_tag_set.update(int.from_bytes(tag.encode()) for tag in UNUSED)
    choice.name_id_set.update((0, 1, 2, 3, 4, 5, 6, 13, 14))
    choice.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.NO_LAYOUT_CLOSURE
    small = hb.subset(parsed, choice)
    font = TTFont(io.BytesIO(small.blob.data), recalcTimestamp=False)
    # The rest set is rarely used and large: it stays as it is. All other faces become TrueType, because the PDF
    # engine subsets those in half the time and PDF/A-1 readers know no OpenType/CFF.
    if "CFF " in font and face.chars != "rest":
        to_truetype(font, hb.Face(small.blob))
    rename(font, face)
    font.save(target)


def to_truetype(font: "object", face: "object") -> None:
    """Turn the cubic outlines of ``font`` (a TTFont with a CFF table) into quadratic ones, in place.

    ``face`` is the same font opened by HarfBuzz, which draws the outlines much faster than fontTools does.
    """
    import uharfbuzz as hb
    from fontTools.cu2qu.cu2qu import curve_to_quadratic
    from fontTools.ttLib import newTable
    from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphCoordinates

    order = font.getGlyphOrder()  # type: ignore[attr-defined]
    drawn = hb.Font(face)
    contours: list[list[tuple[float, float, int]]] = []

    def move(x: float, y: float, _: object) -> None:
        contours.append([(x, y, 1)])

    def line(x: float, y: float, _: object) -> None:
        contours[-1].append((x, y, 1))

    def cubic(x1: float, y1: float, x2: float, y2: float, x: float, y: float, _: object) -> None:
        x0, y0, _on = contours[-1][-1]
        points = curve_to_quadratic(((x0, y0), (x1, y1), (x2, y2), (x, y)), 0.8)
        contours[-1].extend((px, py, 0) for px, py in points[1:-1])
        contours[-1].append((x, y, 1))

    def close(_: object) -> None:
        return

    funcs = hb.DrawFuncs()
    funcs.set_move_to_func(move)
    funcs.set_line_to_func(line)
    funcs.set_cubic_to_func(cubic)
    funcs.set_close_path_func(close)

    glyphs = {}
    for number, name in enumerate(order):
        contours.clear()
        drawn.draw_glyph(number, funcs)
        glyph = Glyph()
        glyph.numberOfContours = 0
        coordinates: list[tuple[int, int]] = []
        flags = bytearray()
        ends = []
        for contour in contours:
            if len(contour) > 1 and contour[0][:2] == contour[-1][:2]:
                contour.pop()
            # TrueType fills clockwise contours, CFF the other way round.
            for x, y, on in reversed(contour):
                coordinates.append((round(x), round(y)))
                flags.append(on)
            ends.append(len(coordinates) - 1)
        if ends:
            glyph.numberOfContours = len(ends)
            glyph.endPtsOfContours = ends
            glyph.coordinates = GlyphCoordinates(coordinates)
            glyph.flags = flags
            from fontTools.ttLib.tables.ttProgram import Program

            glyph.program = Program()
            glyph.program.fromBytecode(b"")
        glyphs[name] = glyph

    font["loca"] = newTable("loca")  # type: ignore[index]
    font["glyf"] = table = newTable("glyf")  # type: ignore[index]
    table.glyphOrder = order
    table.glyphs = glyphs
    maxp = font["maxp"] = newTable("maxp")  # type: ignore[index]
    maxp.tableVersion = 0x00010000
    for field in [
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
        "maxComponentElements",
        "maxPoints",
        "maxContours",
        "maxCompositePoints",
        "maxCompositeContours",
        "maxComponentDepth",
    ]:
        setattr(maxp, field, 0)
    maxp.maxZones = 1
    maxp.numGlyphs = len(order)
    # hmtx needs the new left edges, or the glyphs are drawn shifted.
    metrics = font["hmtx"].metrics  # type: ignore[index]
    for name, glyph in glyphs.items():
        if glyph.numberOfContours:
            glyph.recalcBounds(table)
            metrics[name] = (metrics[name][0], glyph.xMin)
    font["post"].formatType = 3.0  # type: ignore[index]
    font["post"].glyphOrder = None  # type: ignore[index]
    font["head"].glyphDataFormat = 0  # type: ignore[index]
    font["head"].indexToLocFormat = 1  # type: ignore[index]
    del font["CFF "]  # type: ignore[attr-defined]
    font.sfntVersion = "\000\001\000\000"  # type: ignore[attr-defined]


def rename(font: "object", face: Face) -> None:
    """Give ``font`` our family name; the copyright and licence records stay as they are."""
    names = font["name"]  # type: ignore[index]
    kept = [
        record
        for record in names.names
        if record.nameID in (0, 13, 14) and record.platformID == 3 and record.langID == 0x409
    ]
    names.names = kept
    script = face.family.replace(" ", "")
    for number, text in (
        (1, face.family),
        (2, "Regular"),
        (3, f"{script};{RECIPE}"),
        (4, face.family),
        (5, f"Version {RECIPE}.000"),
        (6, script),
    ):
        names.setName(text, number, 3, 1, 0x409)
    os2 = font["OS/2"]  # type: ignore[index]
    os2.usWeightClass = 400
    os2.fsSelection = 0x40
    font["head"].macStyle = 0  # type: ignore[index]
    if "CFF " in font:  # type: ignore[operator]
        cff = font["CFF "].cff  # type: ignore[index]
        cff.fontNames = [script]
        top = cff.topDictIndex[0]
        top.FullName = top.FamilyName = face.family


def _build(job: tuple[Face, Path, Path, set[int]]) -> str:
    build_face(*job)
    return job[0].family


CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<!-- Written by app/documents/fonts.py: papers use these folders and no font of the machine. -->
<fontconfig>
{dirs}
  <cachedir>{cache}</cachedir>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
"""


def write_conf(folder: Path) -> None:
    """Write ``fonts.conf``, which names our folder and no font of the machine."""
    text = CONF.format(dirs=f"  <dir>{folder}</dir>", cache=folder / "cache")
    (folder / "fonts.conf").write_text(text, encoding="utf-8")


def conf_for(office: str | None, folder: Path = BUILD) -> Path:
    """Return the font settings of a press: our faces, and before them the office's own (a folder, may be absent)."""
    ours = folder / "fonts.conf"
    if not office or not Path(office).is_dir() or not any(Path(office).iterdir()):
        return ours
    text = CONF.format(dirs=f"  <dir>{escape(office)}</dir>\n  <dir>{folder}</dir>", cache=folder / "cache")
    place = folder / f"office-{hashlib.sha256(text.encode()).hexdigest()[:12]}.conf"
    if not place.exists():
        if not os.access(folder, os.W_OK):  # a worker that owns nothing here
            place = Path(tempfile.mkdtemp(prefix="tiequan-")) / "fonts.conf"
        fresh = place.with_suffix(f".{os.getpid()}")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(place)
    return place


def stamp_of(sources: dict[str, Path]) -> str:
    """Return the fingerprint of everything that the built fonts depend on."""
    facts = [RECIPE, sorted(small_set()), [repr(face) for face in FACES]]
    facts += [[name, path.stat().st_size] for name, path in sorted(sources.items())]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def build(folders: Iterable[Path] = (), target: Path = BUILD) -> bool:
    """Build all faces into ``target`` unless they are there already.

    ``folders`` are searched before /usr/share/fonts. Returns True when something was built.
    Raises FontsMissing when a packaged font is not found.
    """
    search = [*folders, SYSTEM]
    stamp_file = target / "stamp"
    try:
        sources = {face.file: find(face.file, search) for face in FACES}
    except FontsMissing:
        if not stamp_file.exists():
            raise
        return False  # built before; the packages need not stay
    stamp = stamp_of(sources)
    if stamp_file.exists() and stamp_file.read_text() == stamp:
        write_conf(target)
        return False

    fresh = target.with_name(target.name + f".new{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    small = small_set()
    latin = {char for char in small if char < 0x3100}
    rare = codepoints(sources["LXGWWenKai-Light.ttf"], 0)
    rest = codepoints(sources["NotoSerifCJK-Regular.ttc"], 2) - rare
    sets = {"small": small, "latin": latin, "all": rare, "rest": rest}
    jobs = [
        (face, sources[face.file], fresh / f"{face.family.replace(' ', '')}.ttf", sets[face.chars]) for face in FACES
    ]
    with ProcessPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        for family in pool.map(_build, jobs):
            print(f"  字体 {family}", flush=True)  # noqa: T201 (a command line tool)
    covered = sorted(rare | rest)
    (fresh / "coverage.json").write_text(json.dumps(ranges(covered)))
    (fresh / "stamp").write_text(stamp)
    write_conf(fresh)
    old = target.with_name(target.name + f".old{os.getpid()}")
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    write_conf(target)
    shutil.rmtree(old, ignore_errors=True)
    return True


def ranges(points: list[int]) -> list[list[int]]:
    """Return sorted code points as closed ranges."""
    found: list[list[int]] = []
    for point in points:
        if found and found[-1][1] == point - 1:
            found[-1][1] = point
        else:
            found.append([point, point])
    return found


@cache
def coverage(folder: Path = BUILD) -> frozenset[int]:
    """Return every code point that a built face can print. Raises FontsMissing when nothing was built."""
    try:
        listed = json.loads((folder / "coverage.json").read_text())
    except FileNotFoundError:
        raise FontsMissing("文书字体还没有生成。请运行 python -m app.documents.fonts。") from None
    return frozenset(point for first, last in listed for point in range(first, last + 1))


def missing(text: str, folder: Path = BUILD) -> list[str]:
    """Return the printable characters of ``text`` that no built face has, each once, in order."""
    known = coverage(folder)
    return [char for char in dict.fromkeys(text) if ord(char) not in known and char not in "\n\t\r "]


def main(arguments: list[str] | None = None) -> int:
    """Build the fonts from the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m app.documents.fonts", description="生成文书字体")
    parser.add_argument("folder", nargs="*", type=Path, help="含有 .ttf/.ttc 的文件夹（默认 /usr/share/fonts）")
    started = time.monotonic()
    try:
        built = build(parser.parse_args(arguments).folder)
        if built:  # one press reads the faces now and writes fontconfig's cache, for workers that may not
            subprocess.run(
                [sys.executable, "-m", "app.documents.engine"],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=120,
                check=False,
            )
    except FontsMissing as problem:
        print(problem, file=sys.stderr)  # noqa: T201
        return 1
    print(f"文书字体{'已生成' if built else '已是最新'}：{BUILD}（{time.monotonic() - started:.1f} 秒）")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
