"""Printing: ``render(template, facts)`` gives the PDF/A of a paper, made in a child process under limits.

The child (``app.documents.engine``) is started once per worker, kept warm, and replaced when it dies, is stopped or
has printed ``RECYCLE`` papers. A paper that is too much for it is a named failure of that paper; the next one gets a
fresh child.
"""

import atexit
import contextlib
import dataclasses
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from app.core.text import N_
from app.documents.wire import read_frame, write_frame

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60  # wall clock and processor time for one paper
RECYCLE = 500
MEMORY_MB = 700  # a child that has grown beyond this is replaced
MOST_FACTS = 400_000  # characters of facts; a book, not a paper

FAULTS = {
    "time": N_("打印超时：内容过多或过于复杂，已停止。请精简内容或拆成几份文书后重试。"),
    "memory": N_("打印所需内存超过上限，已停止。请精简内容或减少图片后重试。"),
    "too_long": N_("内容过长，无法排成一份文书。请精简内容，把详细材料作为附件。"),
    "too_deep": N_("文书结构嵌套过深，无法排版。请联系系统管理员检查文书模板。"),
    "resource": N_("文书引用了不允许的外部资源，已拒绝打印。请联系系统管理员检查文书模板。"),
    "template": N_("文书模板与内容不符，缺少字段。请联系系统管理员。"),
    "fonts": N_("文书字体还没有生成，无法打印。请系统管理员运行 python -m app.documents.fonts 后重试。"),
    "crashed": N_("打印程序意外退出。请重试；如再次出现，请联系系统管理员。"),
    "broken": N_("打印失败。请重试；如再次出现，请联系系统管理员。"),
}


class RenderFailed(Exception):
    """A paper could not be printed. ``fault`` is a key of FAULTS, ``sentence`` what the user reads.

    ``final``: trying again would give the same failure, so the outbox must not.
    """

    def __init__(self, fault: str, detail: str = "") -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault, self.detail = fault, detail
        self.sentence = FAULTS[fault]
        self.final = fault not in ("crashed", "broken", "fonts")


@dataclass(frozen=True)
class Printed:
    """A printed paper: the PDF, its pages, and what the engine complained of (empty when all is well)."""

    pdf: bytes
    pages: int
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Head:
    """What is printed around the facts of every paper.

    created: instant of issue, ISO 8601 with zone, for the PDF's own records. note: a correction note, or "".
    """

    title: str
    number: str = ""
    verify_code: str = ""
    version: int = 1
    note: str = ""
    created: str = ""


class Press:
    """The child process and the pipe to it. Safe to use from several threads; papers are printed one after another."""

    def __init__(self, templates: Path | None = None, seconds: float = SECONDS, office: Path | None = None) -> None:
        self.templates, self.seconds, self.office = templates, seconds, office
        self.child: subprocess.Popen[bytes] | None = None
        self.owner = os.getpid()
        self.printed = 0
        self.hello: dict[str, Any] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the child and wait until it is warm. RenderFailed("fonts") when there are no fonts."""
        command = [sys.executable, "-m", "app.documents.engine"]
        if self.templates is not None:
            command += ["--templates", str(self.templates)]
        # The child sees no database address, no key, no proxy: only what it needs to find Python and the fonts.
        kept = {
            name: os.environ[name]
            for name in ("PATH", "LD_LIBRARY_PATH", "TQ_FONTS", "VIRTUAL_ENV")
            if name in os.environ
        }
        if self.office is not None:
            kept["TQ_OFFICE_FONTS"] = str(self.office)
        self.child = subprocess.Popen(
            command, cwd=ROOT, env={**kept, "LANG": "C.UTF-8", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "0"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self.printed = 0
        self.hello, _ = self._answer(time.monotonic() + 60)
        if not self.hello.get("ready"):
            self.stop()
            raise RenderFailed("fonts", str(self.hello.get("detail")))

    def stop(self) -> int:
        """End the child, if there is one; return the code it ended with (its own, if it was faster)."""
        child, self.child = self.child, None
        if child is None:
            return 0
        try:
            code = child.wait(0.2)  # a child that closed its pipe is about to say why
        except subprocess.TimeoutExpired:
            child.kill()
            code = child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        return code

    def _pipes(self) -> tuple[BinaryIO, BinaryIO]:
        if self.child is None or self.child.stdin is None or self.child.stdout is None:
            raise RenderFailed("crashed", "no child")
        return cast(BinaryIO, self.child.stdin), cast(BinaryIO, self.child.stdout)

    def print(self, template: str, facts: Mapping[str, Any], images: Mapping[str, bytes] | None = None) -> Printed:
        """Print one paper. RenderFailed names what went wrong."""
        text = json.dumps(facts, ensure_ascii=False)
        if len(text) > MOST_FACTS:
            raise RenderFailed("too_long", f"{len(text)} characters")
        with self._lock:
            return self._print(template, facts, dict(images or {}))

    def _print(self, template: str, facts: Mapping[str, Any], images: dict[str, bytes]) -> Printed:
        if self.owner != os.getpid():  # we were forked: that child answers to our parent
            self.owner, self.child = os.getpid(), None
        if self.child is None or self.child.poll() is not None or self.printed >= RECYCLE:
            self.stop()
            self.start()
        self.printed += 1
        sizes = [[name, len(data)] for name, data in images.items()]
        head = {
            "id": self.printed,
            "template": template,
            "facts": facts,
            "images": sizes,
            "seconds": max(1, round(self.seconds)),
        }
        try:
            write_frame(self._pipes()[0], head, b"".join(images.values()))
        except OSError as problem:
            self.stop()
            raise RenderFailed("crashed", str(problem)) from problem
        answer, pdf = self._answer(time.monotonic() + self.seconds)
        if answer.get("id") != self.printed:
            self.stop()
            raise RenderFailed("crashed", "an answer to another question")
        if answer["fault"]:
            if answer["fault"] in ("memory", "too_deep"):
                self.stop()  # it may have been left in pieces
            raise RenderFailed(answer["fault"], answer["detail"])
        if answer["memory"] > MEMORY_MB:
            self.stop()
        return Printed(pdf, answer["pages"], tuple(answer["said"]))

    def _answer(self, until: float) -> tuple[dict[str, Any], bytes]:
        """Wait for the child's answer. RenderFailed("time") when it is late, ("crashed") when it died."""
        source = self._pipes()[1]
        ready, _, _ = select.select([source], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            self.stop()
            raise RenderFailed("time", f"more than {self.seconds} s")
        try:
            return read_frame(source)
        except (EOFError, OSError, ValueError) as problem:
            code = self.stop()
            raise RenderFailed("time" if code == 24 else "crashed", f"exit {code}") from problem


_press: Press | None = None
_guard = threading.Lock()


def press(office: Path | None = None) -> Press:
    """Return this process's press, which starts its child at the first paper (or at ``press().start()``).

    office: a folder with the office's own fonts (仿宋_GB2312 …); they are preferred to ours. Absent is none.
    """
    global _press
    office = office if office is not None and office.is_dir() else None
    with _guard:
        if _press is None or _press.office != office:
            if _press is None:
                atexit.register(lambda: _press and _press.stop())
            else:
                _press.stop()
            _press = Press(office=office)
        return _press


def print_paper(
    template: str,
    head: Head,
    facts: Mapping[str, Any],
    images: Mapping[str, bytes] | None = None,
    office: Path | None = None,
) -> Printed:
    """Print a paper from its frozen facts (``kinds.freeze``). RenderFailed names what went wrong."""
    return press(office).print(template, {**facts, "paper": dataclasses.asdict(head)}, images)


def render(template: str, facts: Mapping[str, Any]) -> bytes:
    """Return the PDF of ``template`` filled with ``facts`` (which include ``paper``, see ``Head``)."""
    return press().print(template, facts).pdf
