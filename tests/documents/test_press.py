"""The child that prints: its limits, its refusals, and that one bad paper does not stop the next."""

import dataclasses
import os
import time
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from app.documents.fonts import BUILD
from app.documents.kinds import freeze
from app.documents.render import FAULTS, Press, RenderFailed, press
from tests.documents.pdftext import words
from tests.documents.printing import head
from tests.documents.samples import SAMPLES

PAPER = {"paper": {"title": "试印", "number": "", "verify_code": "", "version": 1, "note": "", "created": ""}}


def page(body: str) -> str:
    return f"<!doctype html><html lang='zh-CN'><title>试印</title><body>{body}</body></html>"


HOSTILE = {
    "table.html": page(
        "<table>{% for n in range(3000) %}<tr><td>{{ n }}</td><td>茶叶</td><td>{{ n * n }}</td></tr>{% endfor %}</table>"
    ),
    "nested.html": page("<div>" * 400 + "深" + "</div>" * 400),
    "megabyte.html": page("<p>{% for n in range(10000) %}" + "信阳毛尖" * 25 + "{% endfor %}</p>"),
    "endless.html": page(
        "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}{% endfor %}{% endfor %}{% endfor %}"
    ),
    "memory.html": page("{% set big = 'x' * 1900000000 %}{{ big|length }}"),
    "file.html": page("<img src='file:///etc/hostname'>"),
    "net.html": page("<img src='http://127.0.0.1:9/x.png'>"),
    "data.html": page("<img src='data:image/png;base64,iVBORw0KGgo='>"),
    "style.html": page("<link rel=stylesheet href='http://127.0.0.1:9/x.css'>"),
    "import.html": page("<style>@import url(file:///etc/passwd);</style>"),
    "font.html": page(
        "<style>@font-face { font-family: x; src: url(http://127.0.0.1:9/x.ttf) } p { font-family: x }</style><p>字</p>"
    ),
    "attachment.html": page("<link rel=attachment href='file:///etc/passwd'><p>附</p>"),
    "object.html": page("<object data='file:///etc/passwd'></object><embed src='http://127.0.0.1:9/x.svg'>"),
    "background.html": page("<p style='background: url(file:///etc/passwd)'>底</p>"),
    "undefined.html": page("{{ f.nobody_gave_this }}"),
    "escape.html": page("{{ f.text.__class__.__mro__ }}"),
    "fine.html": page("<h1>试印</h1><p>{{ f.text }}</p>"),
    "image.html": page("<p>图<img alt=图 src='paper-image:{{ f.name }}'></p>"),
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("templates")
    for name, text in HOSTILE.items():
        (folder / name).write_text(text, "utf-8")
    # The limits of a test are tighter than those of an office, so that it ends soon.
    found = Press(folder, seconds=5)
    yield found
    found.stop()


def fine(child: Press) -> None:
    assert "第二份照常" in "".join(
        w.text for w in words(child.print("fine.html", {**PAPER, "text": "第二份照常"}).pdf)[0]
    )


@pytest.mark.parametrize(
    "name", ["file", "net", "data", "style", "import", "font", "attachment", "object", "background"]
)
def test_nothing_is_fetched(hostile: Press, name: str) -> None:
    with pytest.raises(RenderFailed) as refused:
        hostile.print(f"{name}.html", PAPER)
    assert refused.value.fault == "resource"
    fine(hostile)


@pytest.mark.parametrize("name", ["undefined", "escape"])
def test_a_template_sees_its_facts_and_nothing_else(hostile: Press, name: str) -> None:
    with pytest.raises(RenderFailed) as refused:
        hostile.print(f"{name}.html", {**PAPER, "text": "字"})
    assert refused.value.fault == "template"


@pytest.mark.parametrize("name", ["endless", "memory", "nested"])
def test_a_hostile_paper_is_stopped_by_name(hostile: Press, name: str) -> None:
    began = time.monotonic()
    with pytest.raises(RenderFailed) as stopped:
        hostile.print(f"{name}.html", PAPER)
    assert stopped.value.fault in ("time", "memory", "too_deep", "template")
    assert stopped.value.sentence == FAULTS[stopped.value.fault]
    assert time.monotonic() - began < 20
    fine(hostile)


@pytest.mark.parametrize("name", ["table", "megabyte"])
def test_a_huge_paper_is_printed_or_stopped_by_name(hostile: Press, name: str) -> None:
    try:
        outcome = "printed" if hostile.print(f"{name}.html", PAPER).pages > 20 else "lost"
    except RenderFailed as stopped:
        outcome = stopped.fault
    assert outcome in ("printed", "time", "memory", "too_long")
    fine(hostile)


def test_a_book_of_facts_is_refused_before_it_is_laid_out(hostile: Press) -> None:
    with pytest.raises(RenderFailed) as refused:
        hostile.print("fine.html", {**PAPER, "text": "字" * 1_000_000})
    assert refused.value.fault == "too_long"


def test_images_are_handed_over_by_name(hostile: Press) -> None:
    import io

    from PIL import Image

    shown = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(shown, "PNG")
    assert hostile.print("image.html", {**PAPER, "name": "a"}, {"a": shown.getvalue()}).pages == 1
    with pytest.raises(RenderFailed) as refused:
        hostile.print("image.html", {**PAPER, "name": "b"}, {"a": shown.getvalue()})
    assert refused.value.fault == "resource"


def test_a_killed_child_is_a_named_failure_and_replaced(hostile: Press) -> None:
    fine(hostile)
    assert hostile.child is not None
    hostile.child.kill()
    hostile.child.wait()
    fine(hostile)  # found dead before it was asked: replaced at once


def test_signs_that_no_font_has_are_written_out(hostile: Press) -> None:
    pdf = hostile.print("fine.html", {**PAPER, "text": "笑😀和\u202e倒转\u0007铃"})
    assert pdf.said == ()
    assert "笑〔U+1F600〕和〔U+202E〕倒转铃" in "".join(w.text for w in words(pdf.pdf)[0])


def test_the_child_knows_no_secret_and_has_no_network() -> None:
    child = press()
    if child.child is None:
        child.start()
    assert child.hello["justified"]
    assert child.child is not None
    environment = Path(f"/proc/{child.child.pid}/environ").read_bytes().split(b"\0")
    names = {one.split(b"=")[0] for one in environment if one}
    assert not {name for name in names if name.startswith(b"TQ_") and name != b"TQ_FONTS"}
    if child.hello["without_network"]:
        mine, its = os.readlink("/proc/self/ns/net"), os.readlink(f"/proc/{child.child.pid}/ns/net")
        assert mine != its


def test_an_office_that_owns_its_fonts_gets_them(tmp_path: Path) -> None:
    """A file in instance/fonts is preferred to ours, and ours still print what it has not."""
    with TTFont(BUILD / "TiequanTitle.ttf") as font:  # stands for the office's 仿宋
        for record in font["name"].names:
            if record.nameID in (1, 4):
                font["name"].setName("FangSong_GB2312", record.nameID, 3, 1, 0x409)
            if record.nameID == 6:
                font["name"].setName("FangSong_GB2312", 6, 3, 1, 0x409)
        font.save(tmp_path / "仿宋_GB2312.ttf")
    own = Press(office=tmp_path)
    try:
        facts = {**freeze(SAMPLES["transfer_letter"][0]), "paper": dataclasses.asdict(head("transfer_letter"))}
        found = {word.font.split("+")[1] for word in words(own.print("transfer_letter.html", facts).pdf)[0]}
    finally:
        own.stop()
    assert any(name.startswith(("FangSong-GB2312", "FangSong_GB2312")) for name in found), found
    assert any(name.startswith("Tiequan-Title") for name in found)
