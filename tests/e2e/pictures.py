"""``python -m tests.e2e.pictures``: the pictures of the README, taken from a served copy with the published cases in it."""

from __future__ import annotations

import io
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from tests.e2e import story
from tests.e2e.house import ROOT, House
from tests.e2e.people import PHONE, City, launch

OUT = ROOT / "docs" / "pictures"
MOST = 250_000  # bytes of one picture


def save(name: str, png: bytes) -> None:
    """Write a picture with as few colours as it needs: 256 are enough for a page."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64):
        out = io.BytesIO()
        picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True
        )
        if out.tell() < MOST:
            break
    else:
        raise SystemExit(f"{name} is {out.tell()} bytes; make it show less")
    (OUT / name).write_bytes(out.getvalue())
    print(f"{name}: {picture.width}×{picture.height}, {out.tell() // 1000} kB")


def first_page(pdf: bytes) -> bytes:
    """The first page of a PDF as a picture."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.pdf"
        file.write_bytes(pdf)
        subprocess.run(
            ["pdftoppm", "-r", "80", "-f", "1", "-l", "1", "-png", "-singlefile", str(file), str(Path(folder) / "a")],
            check=True,
        )
        return (Path(folder) / "a.png").read_bytes()


def take(house: House, city: City) -> None:
    """All of them."""
    house.run("rehearse")
    shop = 'transfer join "case" on "case".id = transfer.case_id join organ on organ.id = transfer.organ_id where organ.area = \'浉河区\''
    waiting = [
        row[0]
        for row in house.rows(
            f"select transfer.id from {shop} and transfer.status = 'awaiting_decision' order by transfer.id"
        )
    ]
    if not waiting:
        clue = story.log_clue(city["张执法"], "1")
        story.assign(city, clue)
        transfer = story.suspect(city, story.file_case(city, clue))
        story.report(city, transfer)
        story.endorse(city, transfer)
        waiting = [int(transfer.rsplit("/", 1)[1])]
    officer, principal = city["张执法"], city["陈局长"]
    case = house.one("select case_id from transfer where id = :id", id=waiting[0])
    for who, path, name in (
        (officer, "/", "home-1440.png"), (officer, f"/cases/{case}", "case-1440.png"),
        (principal, f"/transfers/{waiting[0]}/steps/approve", "decide-1440.png"),
    ):  # fmt: skip
        who.open(path)
        who.page.wait_for_timeout(400)
        save(name, who.page.screenshot())
    phone = city.fresh("张执法", viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    phone.open("/clues/new")
    phone.fill(
        story.clue_facts(
            "1",
            facts="东方红大道18号的门店销售标有“飞天”商标的白酒，货架上约四十瓶，经营者拿不出进货票据。",
            place="东方红大道18号 老街名酒行",
        )
    )
    phone.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    save("clue-new-390.png", phone.page.screenshot())
    letters = house.rows("select id from paper where kind = 'transfer_letter' and state = 'ready' order by id desc")
    readers = (officer, city["外县老周"], city["市局郑执法"])
    who, letter = next(
        (who, f"/documents/papers/{row[0]}/pdf")
        for row in letters
        for who in readers
        if who.status_of(f"/documents/papers/{row[0]}") == 200
    )
    save("letter.png", first_page(who.fetched(letter)))


def main() -> None:
    """Take the pictures and say how large they are."""
    from playwright.sync_api import sync_playwright

    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        house = House()
        city = City(browser, house)
        try:
            take(house, city)
        finally:
            city.close()
            house.close()
            browser.close()


if __name__ == "__main__":
    main()
