"""Refusals. Each carries the sentence that the user reads and that says what to do next."""

from __future__ import annotations

from app.core.text import N_


class Refused(Exception):
    """The act is not open now. Shown to the user; nothing was changed."""

    status = 409

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        if status is not None:
            self.status = status


class Forbidden(Refused):
    """The viewer's post does not hold this power."""

    status = 403
    noted = False  # the history of the subject tells of it already

    def __init__(self, sentence: str = N_("您的岗位无权执行此操作。如需办理，请联系有权岗位的人员。")) -> None:
        super().__init__(sentence)


class NotFound(Refused):
    """Missing, or outside the viewer's scope: both look the same."""

    status = 404

    def __init__(self, sentence: str = N_("未找到。该记录不存在，或不在您的查看范围内。")) -> None:
        super().__init__(sentence)


class Stale(Refused):
    """Somebody else was faster, or the page is old."""

    status = 409

    def __init__(
        self, sentence: str = N_("状态已变化：他人已先办理。请查看当前状态后再试，您填写的内容已保留。")
    ) -> None:
        super().__init__(sentence)


class Busy(Refused):
    """A row lock could not be had in time (promise R10)."""

    status = 409

    def __init__(self, sentence: str = N_("他人正在处理这条记录，请稍候几秒再试。")) -> None:
        super().__init__(sentence)
