"""Procedures as tables: faults that are found, the order in which a step is refused, the buttons."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from app.core.workflow import Guard, State, Step, Workflow, diagram, table
from tests.core.things import THING


@dataclass
class Actor:
    user_id: int = 1
    post: str = "officer"
    organ_id: int = 7
    acting: bool = False


@dataclass
class Subject:
    status: str = "drafting"
    organ_id: int = 7
    created_by_id: int = 1
    note: str = "有说明"
    police_id: int = 9


def steps(*given: Step, ends: frozenset[str] = frozenset({"b"}), states: str = "ab") -> Workflow:
    return Workflow("w", "试", "a", ends, {s: State(s) for s in states}, given)


GO = Step("go", "走", "a", "b", "officer", "法")


def test_the_test_procedure_has_no_fault() -> None:
    assert THING.faults() == []


@pytest.mark.parametrize(
    ("workflow", "says"),
    [
        (steps(GO, GO), "declared twice"),
        (steps(GO, states="a"), "state b has no name"),
        (steps(GO, states="abc"), "never used"),
        (steps(replace(GO, law=" ")), "neither law nor house reason"),
        (steps(GO, Step("on", "走", "b", "a", "officer", "法")), "left from the end state b"),
        (steps(GO, Step("back", "走", "c", "a", "officer", "法"), states="abc"), "state c cannot be reached"),
        (steps(GO, Step("fall", "走", "a", "c", "officer", "法"), states="abc"), "state c is a dead end"),
        (steps(replace(GO, opens=("x",))), "opened but never closed"),
        (steps(replace(GO, closes=("x",))), "closed but never opened"),
    ],
)
def test_each_fault_of_a_table_is_named(workflow: Workflow, says: str) -> None:
    assert any(says in fault for fault in workflow.faults()), workflow.faults()


def test_a_loop_that_never_ends_is_a_dead_end() -> None:
    loop = steps(
        GO, Step("in", "走", "a", "c", "officer", "法"), Step("to", "走", "c", "d", "officer", "法"),
        Step("fro", "走", "d", "c", "officer", "法"), states="abcd",
    )  # fmt: skip
    assert [f for f in loop.faults() if "dead end" in f] == ["w: state c is a dead end", "w: state d is a dead end"]


def kind(step: str, subject: Subject, actor: Actor, data: dict[str, object] | None = None) -> str | None:
    shut = THING.why_not(THING.step(step), subject, actor, data)
    return shut.kind if shut else None


def test_the_post_is_asked_before_anything_else() -> None:
    wrong_all = Subject(status="approved", created_by_id=1, note="")
    assert kind("approve", wrong_all, Actor(post="head")) == "post"
    assert kind("approve", wrong_all, Actor(post="principal", organ_id=8)) == "post", "another organ's principal"


def test_separation_of_duties_is_asked_before_the_state() -> None:
    assert (
        kind("approve", Subject(status="drafting", created_by_id=1), Actor(post="principal", user_id=1)) == "separation"
    )


def test_then_the_state_then_guards_then_fields() -> None:
    boss = Actor(post="principal", user_id=2)
    assert kind("refuse", Subject(status="drafting"), boss, {}) == "state"
    assert kind("refuse", Subject(status="asked"), boss, {}) == "field"
    assert kind("refuse", Subject(status="asked"), boss, {"reason": "证据不足"}) is None
    assert kind("ask", Subject(note=""), Actor(), {}) == "guard"


def test_a_guard_of_a_field_is_asked_only_with_a_form() -> None:
    assert kind("refuse", Subject(status="asked"), Actor(post="principal", user_id=2)) is None


def test_the_sentence_of_the_guard_is_what_the_user_reads() -> None:
    shut = THING.why_not(THING.step("refuse"), Subject(status="asked"), Actor(post="principal", user_id=2), {})
    assert shut is not None
    assert (shut.sentence, shut.field) == ("请写明理由。", "reason")


def test_order_310_5_2_a_deputy_decides_only_while_acting() -> None:
    asked = Subject(status="asked")
    assert kind("approve", asked, Actor(post="head", user_id=2)) == "post"
    assert kind("approve", asked, Actor(post="head", user_id=2, acting=True)) is None
    assert kind("ask", Subject(), Actor(post="head", acting=True)) == "post", "acting gives the principal's powers only"


def test_a_partner_organ_acts_through_its_own_attribute() -> None:
    sign = Step("sign", "签收", "a", "b", "police_liaison", "法", organ="police_id")
    workflow = steps(sign)
    subject = Subject(status="a", organ_id=7, police_id=9)
    assert workflow.why_not(sign, subject, Actor(post="police_liaison", organ_id=9)) is None
    shut = workflow.why_not(sign, subject, Actor(post="police_liaison", organ_id=7))
    assert shut is not None
    assert shut.kind == "post"


def test_buttons_are_the_open_steps_and_a_held_one_says_why() -> None:
    bare = Subject(note="")
    assert [s.id for s in THING.open_to(bare, Actor())] == ["note"]
    assert [(s.id, why) for s, why in THING.shut_to(bare, Actor())] == [("ask", "请先写明说明。")]
    assert THING.open_to(bare, Actor(post="desk")) == ()
    maker = Actor(post="principal", user_id=1)
    own = Subject(status="asked", created_by_id=1)
    assert [s.id for s in THING.open_to(own, maker)] == ["send_back"], "separated steps show no button"
    assert THING.shut_to(own, maker) == ()


def test_a_guard_sees_what_was_typed() -> None:
    seen = []
    guard = Guard("look", "否", lambda s, v, d: seen.append((s, v, dict(d))) or True)
    step = replace(GO, needs=(guard,))
    steps(step).why_not(step, Subject(status="a"), Actor(), {"reason": "甲"})
    assert seen[0][2] == {"reason": "甲"}


def test_the_lawyers_table_and_the_diagram_show_every_step() -> None:
    words, picture = table(THING, {"officer": "办案人员", "principal": "主要负责人"}), diagram(THING)
    for step in THING.steps:
        assert step.name in words
        assert step.law in words
        assert step.target is None or f"{step.sources[0]} --> {step.target}: {step.name}" in picture
    assert "办案人员" in words
    assert "[*] --> drafting" in picture
    assert "approved --> [*]" in picture
