"""What a file is, told by its content. A name or a browser's word for it counts for nothing."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import BinaryIO

import pikepdf
import puremagic
from PIL import Image, ImageOps, UnidentifiedImageError

HEAD = 8192  # bytes looked at for the type
PIXELS = 120_000_000  # an image with more is kept, never opened
# JPEG is scaled while it is decoded; of all else every pixel is held in memory. A page of A4 at 600 dpi has 35 million.
PIXELS_WHOLE = 50_000_000
THUMBNAIL = 640  # pixels on the longer side
PRINTED = 1600  # pixels on the longer side, for a photo on a paper

IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff"})
PDF = "application/pdf"
UNKNOWN = "application/octet-stream"
#: Types told by their first bytes that may be named; everything else is kept as UNKNOWN. None of them is ever
#: shown inside our pages: a browser gets every file as an attachment.
NAMED = IMAGES | {
    PDF,
    "application/zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/msword",
    "application/vnd.ms-excel",
    "audio/mpeg",
    "audio/wav",
    "audio/x-wav",
    "audio/mp4",
    "video/mp4",
    "video/quicktime",
    "video/x-msvideo",
    "video/x-matroska",
    "text/plain",
}
_SAME = {"image/jpg": "image/jpeg", "image/x-ms-bmp": "image/bmp", "audio/x-wav": "audio/wav"}


@dataclass(frozen=True)
class Content:
    """media_type: what it is. broken: it says it is an image or a PDF, and is not a whole one."""

    media_type: str
    broken: bool = False


def look(file: BinaryIO) -> Content:
    """Tell what ``file`` is. It is read from its start and left at its start.

    A broken PDF or image is still evidence: it is kept, and nothing ever tries to draw it.
    """
    file.seek(0)
    media_type = _type_of(file.read(HEAD))
    file.seek(0)
    broken = False
    if media_type in IMAGES:
        broken = not _whole_image(file)
    elif media_type == PDF:
        broken = not _whole_pdf(file)
    file.seek(0)
    return Content(media_type, broken)


def _type_of(head: bytes) -> str:
    if not head:
        return UNKNOWN
    if head.startswith(b"%PDF-"):
        return PDF
    try:
        guesses = puremagic.magic_string(head)
    except puremagic.PureError:
        guesses = []
    for guess in guesses:
        media_type = _SAME.get(guess.mime_type, guess.mime_type)
        if media_type in NAMED and media_type != "text/plain":
            return str(media_type)
    return "text/plain" if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    if b"\0" in head or b"<" in head:  # anything with a tag in it is no plain text to a browser
        return False
    try:
        head[: len(head) - 3].decode("utf-8") if len(head) == HEAD else head.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _whole_image(file: BinaryIO) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file) as image:
                if image.width * image.height > PIXELS:
                    return False
                image.verify()
            file.seek(0)
            with Image.open(file) as image:  # verify() reads the frame only; a cut-off file shows when it is decoded
                image.draft("RGB", (64, 64))
                image.load()
        return True
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return False


def _whole_pdf(file: BinaryIO) -> bool:
    try:
        with pikepdf.open(file) as document:
            return len(document.pages) > 0
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return False


def smaller(file: BinaryIO, longest: int = THUMBNAIL) -> bytes:
    """Return an image as a JPEG of at most ``longest`` pixels, upright and without its hidden data (place, device).

    JPEG is scaled while it is decoded (`draft`), so that a photo of 12 megapixels costs 50 ms. ValueError if it is none.
    """
    try:
        with Image.open(file) as image:
            if image.width * image.height > (PIXELS if image.format == "JPEG" else PIXELS_WHOLE):
                raise ValueError("too many pixels")
            image.draft("RGB", (longest, longest))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((longest, longest))
            shown = Image.new("RGB", upright.size, "white")
            shown.paste(upright, mask=upright.getchannel("A") if "A" in upright.getbands() else None)
            out = io.BytesIO()
            shown.save(out, "JPEG", quality=80)
            return out.getvalue()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as problem:
        raise ValueError(str(problem)) from problem
