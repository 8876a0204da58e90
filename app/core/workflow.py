"""Procedures as declared data. Pure: no Flask, no database. `core/steps.py` carries a step out.

A step is named as the law names it; a guard is named by the sentence that refuses, so that the user always learns why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.core.text import N_, _

# Code of a post -> its name, told by app/people, which stands above this floor. Time itself acts as "system".
POST_NAMES: dict[str, str] = {"system": N_("系统")}

Data = Mapping[str, Any]


class Actor(Protocol):
    """What the table must know of the person: the post held, in which organ."""

    @property
    def user_id(self) -> int: ...
    @property
    def post(self) -> str: ...
    @property
    def organ_id(self) -> int: ...
    @property
    def acting(self) -> bool: ...


def named(posts: Iterable[str]) -> str:
    """The posts as a sentence names them: 负责人、主要负责人."""
    return _("、").join(_(POST_NAMES.get(post, post)) for post in posts)


@dataclass(frozen=True)
class Guard:
    """A condition of a step.

    sentence: what the refused user reads: the reason and what to do.
    test(subject, viewer, data): True lets pass.
    field: form field the sentence belongs to; such a guard is asked only when data is there (`with_data`).
    separation: a duty of separation (回避, 审核分离): refused with 403, and the button is not shown at all.
    calls: set where the guard decides whether the step is called for at all, whoever takes it (`calling`); without it
    nobody is waited for. A guard that is not so (a paper still being made, say) holds the step shut, but all wait on.
    passing: opens by itself within moments (a paper is being printed): who is told of the step is asked to take it.
    """

    id: str
    sentence: str
    test: Callable[[Any, Actor, Data], bool]
    field: str | None = None
    separation: bool = False
    passing: bool = False
    calls: Callable[[Any], Any] | None = None


def calling(id: str, sentence: str, when: Callable[[Any], Any]) -> Guard:
    """A guard on which it hangs whether the step is called for.

    when: the condition, said once for a row and for the model of a list in SQL: comparisons of columns, `empty`, `given`,
    `no`, joined with & and |.
    """
    return Guard(id, sentence, lambda subject, _viewer, _data: bool(when(subject)), calls=when)


def awaited(id: str, sentence: str, when: Callable[[Any], Any]) -> Guard:
    """A guard that refuses nobody: it says only when the step is waited for. when: as for `calling`."""
    return Guard(id, sentence, lambda _subject, _viewer, _data: True, calls=when)


def empty(value: Any) -> Any:
    """Whether a column is empty: of a row True or False, of a model IS NULL."""
    return value == None  # noqa: E711


def given(value: Any) -> Any:
    """Whether it is not."""
    return value != None  # noqa: E711


def no(value: Any) -> Any:
    """The contrary of a column that is true or false (`~` would count the bits of a row's value)."""
    return value == False  # noqa: E712


@dataclass(frozen=True)
class Step:
    """One act of the procedure.

    source: state(s) it starts from; target: state it leads to, or None where the subject stays in its state.
    post: code(s) of the posts that may act; "system" for what time itself does. also: posts that may act in their stead
    and are not waited for.
    organ: attribute of the subject that names the organ whose post must act.
    law: article, or a written reason of the house ("内部规则: …").
    sets: subject attributes copied from the form. opens/closes/voids: deadlines by term id; pauses/resumes name
    those that a listener stops and lets go on, with the document and the days that only it knows.
    papers: kinds of paper frozen with the step. tells: whom (see notices/recipients.py). final: asks for confirmation.
    returns: sends the subject back to those who handed it on. moves: counts as going on though the state stays.
    """

    id: str
    name: str
    source: str | tuple[str, ...]
    target: str | None
    post: str | tuple[str, ...]
    law: str
    needs: tuple[Guard, ...] = ()
    sets: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    voids: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    organ: str = "organ_id"
    also: tuple[str, ...] = ()
    final: bool = False
    primary: bool = False
    returns: bool = False
    moves: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source

    @property
    def awaited(self) -> tuple[str, ...]:
        """The posts whose turn it is."""
        return (self.post,) if isinstance(self.post, str) else self.post

    @property
    def posts(self) -> tuple[str, ...]:
        """All posts that may act."""
        return (*self.awaited, *self.also)

    def calls(self, subject: Any) -> list[Any]:
        """What must hold for the step to be called for: of a row booleans, of a model conditions in SQL."""
        return [guard.calls(subject) for guard in self.needs if guard.calls is not None]


@dataclass(frozen=True)
class State:
    """A state's Chinese name, the icon of its chip and its tone (calm | wait | done | alarm)."""

    name: str
    icon: str = "circle"
    tone: str = "calm"


@dataclass(frozen=True)
class Shut:
    """Why a step is not open. kind: state | post | separation | guard | field."""

    kind: str
    sentence: str
    field: str | None = None


@dataclass(frozen=True)
class Workflow:
    """A procedure: id (also the subject's table name), name, start state, end states, states, steps, version.

    opens: deadlines that its beginning may open (`steps.begin(opens=…)`), so that `faults` knows of them.
    """

    id: str
    name: str
    start: str
    ends: frozenset[str]
    states: Mapping[str, State]
    steps: tuple[Step, ...]
    version: int = 1
    law: str = ""
    opens: tuple[str, ...] = ()

    def step(self, step_id: str) -> Step:
        """The step of that id. KeyError if there is none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def why_not(
        self, step: Step, subject: Any, viewer: Actor, data: Data | None = None, *, soon: bool = False
    ) -> Shut | None:
        """None if `viewer` may take `step` on `subject` now, else the first reason against it.

        The post is asked first: who has no power learns nothing of the state. Guards of a form field are asked
        only when `data` is given. soon: leave out the guards that are only passing.
        """
        if viewer.post not in step.posts and not (viewer.acting and "principal" in step.posts):
            return Shut(
                "post", _("“%(step)s”须由%(posts)s办理，您的岗位不能办理。", step=_(step.name), posts=named(step.posts))
            )
        if "system" not in step.posts and getattr(subject, step.organ) != viewer.organ_id:
            return Shut(
                "post", _("“%(step)s”须由案件所属机关的%(posts)s办理。", step=_(step.name), posts=named(step.posts))
            )
        given: Data = {} if data is None else data
        for guard in step.needs:
            if guard.separation and not guard.test(subject, viewer, given):
                return Shut("separation", guard.sentence)
        if subject.status not in step.sources:
            state = _(self.states[subject.status].name)
            return Shut(
                "state", _("当前状态为“%(state)s”，不能“%(step)s”。请查看最新状态。", state=state, step=_(step.name))
            )
        for guard in step.needs:
            if guard.separation or (guard.field is not None and data is None) or (soon and guard.passing):
                continue
            if not guard.test(subject, viewer, given):
                return Shut("field" if guard.field else "guard", guard.sentence, guard.field)
        return None

    def open_to(self, subject: Any, viewer: Actor) -> tuple[Step, ...]:
        """The steps `viewer` may take on `subject` now: the buttons of the page."""
        return tuple(step for step in self.steps if self.why_not(step, subject, viewer) is None)

    def shut_to(self, subject: Any, viewer: Actor) -> tuple[tuple[Step, str], ...]:
        """Steps of this viewer's post and this state that a guard holds shut, each with the sentence why."""
        found = []
        for step in self.steps:
            if subject.status in step.sources:
                shut = self.why_not(step, subject, viewer)
                if shut is not None and shut.kind == "guard":
                    found.append((step, shut.sentence))
        return tuple(found)

    def main_steps(self, state: str) -> tuple[Step, ...]:
        """The steps that carry a subject on from `state`: those marked primary, else (in no resting state) all that leave it.

        Whoever holds their post is waited for; to-do lists and notices read this.
        """
        from_here = [step for step in self.steps if state in step.sources and "system" not in step.posts]
        marked = tuple(step for step in from_here if step.primary)
        if marked or self.states[state].tone == "done" or state in self.ends:
            return marked
        return tuple(step for step in from_here if step.target not in {None, state})

    def called_for(self, subject: Any) -> tuple[Step, ...]:
        """The main steps from the state of `subject` that are called for now."""
        return tuple(step for step in self.main_steps(subject.status) if all(step.calls(subject)))

    def faults(self) -> list[str]:
        """What is wrong with the table itself: unknown, unreachable and dead-end states, doubled ids, missing law."""
        found = []
        ids = [step.id for step in self.steps]
        found += [f"{self.id}: step {i} is declared twice" for i in sorted({i for i in ids if ids.count(i) > 1})]
        named = {self.start, *self.ends} | {s for step in self.steps for s in step.sources}
        named |= {step.target for step in self.steps if step.target is not None}
        found += [f"{self.id}: state {s} has no name" for s in sorted(named - set(self.states))]
        found += [f"{self.id}: state {s} is named but never used" for s in sorted(set(self.states) - named)]
        found += [f"{self.id}: step {s.id} has neither law nor house reason" for s in self.steps if not s.law.strip()]
        found += [
            f"{self.id}: step {s.id} is left from the end state {e}"
            for s in self.steps
            for e in s.sources
            if e in self.ends
        ]
        reached = self._closure({self.start}, forward=True)
        found += [f"{self.id}: state {s} cannot be reached" for s in sorted(set(self.states) - reached)]
        ending = self._closure(set(self.ends), forward=False)
        found += [f"{self.id}: state {s} is a dead end" for s in sorted(set(self.states) - ending)]
        opened = {*self.opens, *(t for step in self.steps for t in step.opens)}
        closed = {t for step in self.steps for t in (*step.closes, *step.voids)}
        found += [f"{self.id}: deadline {t} can be opened but never closed" for t in sorted(opened - closed)]
        found += [f"{self.id}: deadline {t} is closed but never opened" for t in sorted(closed - opened)]
        return found

    def _closure(self, seeds: set[str], *, forward: bool) -> set[str]:
        seen = set(seeds)
        grown = True
        while grown:
            grown = False
            for step in self.steps:
                if step.target is None:
                    continue
                if forward and seen & set(step.sources) and step.target not in seen:
                    seen.add(step.target)
                    grown = True
                if not forward and step.target in seen and not set(step.sources) <= seen:
                    seen |= set(step.sources)
                    grown = True
        return seen


def table(workflow: Workflow, posts: Mapping[str, str]) -> str:
    """The procedure as the Markdown table that a lawyer reads."""

    def names(states: Iterable[str]) -> str:
        return "、".join(workflow.states[s].name for s in states)

    rows = [f"## {workflow.name} (`{workflow.id}`, 版本 {workflow.version})", ""]
    rows += [
        "| 步骤 | 由 | 到 | 岗位 | 依据 | 条件 | 启动期限 | 结束期限 | 文书 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for s in workflow.steps:
        rows.append(
            "| "
            + " | ".join(
                (
                    f"{s.name} `{s.id}`",
                    names(s.sources),
                    names((s.target,)) if s.target else "（不变）",
                    "、".join(posts.get(p, p) for p in s.posts),
                    s.law,
                    "；".join(g.sentence for g in s.needs) or "—",
                    "、".join(s.opens) or "—",
                    "、".join((*s.closes, *s.voids)) or "—",
                    "、".join(s.papers) or "—",
                )
            )
            + " |"
        )
    return "\n".join(rows) + "\n"


def diagram(workflow: Workflow) -> str:
    """The procedure as a Mermaid state diagram."""
    rows = ["```mermaid", "stateDiagram-v2", f"    [*] --> {workflow.start}"]
    rows += [f"    {state}: {value.name}" for state, value in workflow.states.items()]
    for s in workflow.steps:
        if s.target is not None:
            rows += [f"    {source} --> {s.target}: {s.name}" for source in s.sources]
    rows += [f"    {state} --> [*]" for state in workflow.states if state in workflow.ends]
    return "\n".join((*rows, "```")) + "\n"
