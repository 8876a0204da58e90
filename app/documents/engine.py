"""The press: the child process that turns facts into PDF. Only this folder imports the PDF engine.

``python -m app.documents.engine`` reads requests from standard input and answers on standard output until its input
closes. Its parent is ``app.documents.render``. It holds no secret and no database: it gets the name of a template,
the facts, the images as bytes, and gives a PDF back. One process serves many papers, because a warm engine is ten
times faster; every paper gets its own limit of processor time, and the whole process one of memory.
"""

import argparse
import ctypes
import encodings.unicode_escape  # noqa: F401 (Jinja asks for it when shut_in may have put the library out of sight)
import os
import resource
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from app.documents import fonts

os.environ["FONTCONFIG_FILE"] = str(fonts.conf_for(os.environ.get("TQ_OFFICE_FONTS")))  # before Pango reads any font

import logging
import types
import zlib

import jinja2
import pydyf
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from app.documents import justify
from app.documents.sheets import TEMPLATES, Sheets
from app.documents.wire import read_frame, write_frame

SHEETS = ("paper.css", "form.css")
MEMORY = 1024 * 1024 * 1024  # bytes of address space (promise R13)
MOST_PAGES = 400

# The PDF writer asks for zlib level 9; level 6 saves a tenth of the time and costs half a percent in size.
pydyf.zlib = types.SimpleNamespace(compressobj=lambda level: zlib.compressobj(6), compress=zlib.compress)


class Refused(FatalURLFetchingError):
    """A paper asked for a resource that was not handed over. BaseException: nothing on the way swallows it."""


class Fetcher(URLFetcher):
    """Serves the images of the present paper by name and refuses everything else: files, network, data URLs."""

    def __init__(self) -> None:
        super().__init__()
        self.images: dict[str, bytes] = {}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return the image that ``paper-image:NAME`` names. Refused for any other address."""
        scheme, _, name = url.partition(":")
        if scheme == "paper-image" and name in self.images:
            return URLFetcherResponse(url, self.images[name])
        raise Refused(url[:200])


class Engine:
    """A warm PDF engine: fonts, style sheets and templates are read once."""

    def __init__(self, templates: Path = TEMPLATES) -> None:
        covered = fonts.coverage()
        justify.install()
        self.fonts = FontConfiguration()
        self.fetcher = Fetcher()
        self.css = [
            CSS(string=(TEMPLATES / name).read_text("utf-8"), font_config=self.fonts, url_fetcher=self.fetcher)
            for name in SHEETS
        ]
        self.sheets = Sheets(covered, (templates, TEMPLATES))

    def print(self, template: str, facts: Mapping[str, Any], images: dict[str, bytes]) -> tuple[bytes, int]:
        """Return the PDF/A-3a of a template filled with ``facts``, and its number of pages.

        ``facts`` holds ``paper`` (the head: title, number, verify_code, version, note, created) and the fields of
        the kind. Identical input gives identical bytes. Errors of the template and of the engine pass through.
        """
        html = self.sheets.fill(template, facts)
        self.fetcher.images = images
        page = HTML(string=html, url_fetcher=self.fetcher, base_url=None)
        document = page.render(stylesheets=self.css, font_config=self.fonts)
        if len(document.pages) > MOST_PAGES:
            raise TooLong(f"{len(document.pages)} pages")
        pdf: bytes = document.write_pdf(pdf_variant="pdf/a-3a", output_intent="srgb", pdf_tags=True)
        return pdf, len(document.pages)


class TooLong(ValueError):
    """The paper has more pages than any paper of this kind of house."""


class Faults(logging.Handler):
    """Collects what the engine only logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def fault_of(problem: BaseException) -> str:
    """Return the name of a failure (see ``render.FAULTS``)."""
    names = (
        (MemoryError, "memory"),
        (RecursionError, "too_deep"),
        (TooLong, "too_long"),
        (Refused, "resource"),
        (fonts.FontsMissing, "fonts"),
        (jinja2.exceptions.SecurityError, "template"),
        (jinja2.TemplateError, "template"),
        (KeyError, "template"),
    )
    return next((name for kind, name in names if isinstance(problem, kind)), "broken")


# --- the process -----------------------------------------------------------------------------------------------


def shut_in() -> bool:
    """Give up new privileges, core dumps and, where the machine permits it, the network. Returns whether that is gone."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG: do not go on for a worker that was killed
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    new_net, new_user = 0x40000000, 0x10000000
    try:
        return libc.unshare(new_net) == 0 or libc.unshare(new_user | new_net) == 0
    except AttributeError:  # not Linux
        return False


def allow_seconds(seconds: int) -> None:
    """Give the paper that comes next so much processor time; when it is used up the process ends."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))


def serve(source: BinaryIO, sink: BinaryIO, templates: Path) -> None:
    """Answer requests until the source closes."""
    without_network = shut_in()
    said = Faults()
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).handlers = [said]
    try:
        engine = Engine(templates)
        engine.print(
            "blank.html",
            {"paper": {"title": "预热", "number": "", "verify_code": "", "version": 1, "note": "", "created": ""}},
            {},
        )
    except fonts.FontsMissing as problem:
        write_frame(sink, {"ready": False, "detail": str(problem)})
        return
    signal.signal(signal.SIGXCPU, lambda *_: os._exit(24))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # from here on it writes to its pipe and nowhere else
    write_frame(sink, {"ready": True, "without_network": without_network, "justified": justify.installed()})
    while True:
        try:
            head, body = read_frame(source)
        except EOFError:
            return
        images, at = {}, 0
        for name, size in head["images"]:
            images[name], at = body[at : at + size], at + size
        said.said.clear()
        allow_seconds(int(head["seconds"]))
        try:
            pdf, pages = engine.print(head["template"], head["facts"], images)
        except (Exception, Refused) as problem:
            write_frame(
                sink,
                {"id": head["id"], "fault": fault_of(problem), "detail": f"{type(problem).__name__}: {problem}"[:500]},
            )
            continue
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        write_frame(
            sink, {"id": head["id"], "fault": "", "pages": pages, "said": said.said[:20], "memory": memory}, pdf
        )


def main() -> None:
    """Run the press."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--templates", type=Path, default=TEMPLATES)
    chosen = parser.parse_args()
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not speak into our answers
    serve(sys.stdin.buffer, sink, chosen.templates)


if __name__ == "__main__":
    main()
