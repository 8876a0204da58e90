"""What the source must never hold: found by reading it, because no review finds it every time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(p for p in (ROOT / "app").rglob("*.py"))
TEMPLATES = sorted(p for p in (ROOT / "app" / "templates").rglob("*.html"))
PAGES = [p for p in TEMPLATES if "documents" not in p.relative_to(ROOT / "app" / "templates").parts[:1]]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT / "app"))


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in SOURCES:
        yield name(path), ast.parse(path.read_text("utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """(dotted name, line) of every call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def test_only_core_steps_assigns_the_status_and_last_step_of_a_subject() -> None:
    """A status is the end of a step: whoever sets it elsewhere goes round guards, history and deadlines."""
    found, names = [], {"status", "last_step"}
    for file, tree in trees():
        for node in ast.walk(tree):
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AnnAssign | ast.AugAssign)
                else []
            )
            for target in targets:
                for one in ast.walk(target):
                    if isinstance(one, ast.Attribute) and one.attr in names and isinstance(one.ctx, ast.Store):
                        found.append(f"{file}:{node.lineno}")
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) in {"setattr", "object.__setattr__"}
                and any(repr(name) in ast.unparse(node) for name in names)
            ):
                found.append(f"{file}:{node.lineno}")
    # A refusal has an HTTP status and an article of law is in force or not: these are not subjects.
    assert {f.split(":")[0] for f in found} - {"core/errors.py", "law/load.py"} == {"core/steps.py"}, found


EDGES = re.compile(
    r"(^|/)(views|jobs|cli|faults|stepping|blueprint)(_[a-z]+)?\.py$|_views\.py$|(^|/)bench/|(^|/)doctor\.py$|(^|/)chaos"
)
# Edges that are not called so: the worker's claim, the form that runs once, the rehearsal's replay of published cases.
MORE_EDGES = {"core/outbox.py", "core/forms.py", "rehearsal/cases.py"}


def test_the_inside_never_commits() -> None:
    """Only views, jobs, commands and the named edges end a transaction; a commit further in would split an act in two."""
    found = [
        f"{file}:{line}" for file, tree in trees() for call, line in calls(tree)
        if call.endswith(("session.commit", "session().commit")) and not EDGES.search(file) and file not in MORE_EDGES
    ]  # fmt: skip
    assert found == []


def test_nobody_asks_the_machine_for_the_time_but_the_clock() -> None:
    clocks = {
        "dt.datetime.now",
        "datetime.now",
        "datetime.datetime.now",
        "dt.date.today",
        "date.today",
        "datetime.utcnow",
        "dt.datetime.utcnow",
    }
    clocks_themselves = {"core/clock.py", "doctor.py"}  # the doctor asks whether the machine's clock is right
    clocks |= {"datetime.today", "dt.datetime.today", "datetime.date.today"}
    found = [
        f"{file}:{line} {call}"
        for file, tree in trees()
        for call, line in calls(tree)
        if call in clocks and file not in clocks_themselves
    ]
    assert found == []


MONEY = re.compile(r"(fen|amount|price|yuan|money|gain|fine)(_|$)", re.IGNORECASE)


def test_money_is_never_a_floating_number() -> None:
    """0.1 + 0.2 is not 0.3: amounts are whole fen."""
    found = []
    for file, tree in trees():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.AnnAssign)
                and MONEY.search(ast.unparse(node.target))
                and re.search(r"\bfloat\b|Numeric|Float", ast.unparse(node.annotation))
            ):
                found.append(f"{file}:{node.lineno}")
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) == "float"
                and any(MONEY.search(ast.unparse(a)) for a in node.args)
            ):
                found.append(f"{file}:{node.lineno}")
    assert found == []


DANGEROUS = {
    "pickle.loads",
    "pickle.load",
    "eval",
    "exec",
    "os.system",
    "render_template_string",
    "Markup",
    "markupsafe.Markup",
    "yaml.load",
    "csrf.exempt",
}


def test_no_dangerous_call() -> None:
    found = [
        f"{file}:{line} {call}"
        for file, tree in trees()
        for call, line in calls(tree)
        if call in DANGEROUS and file != "core/workflow.py"
    ]
    assert [f for f in found if not f.startswith("documents/")] == []


def test_no_sql_is_put_together_from_text() -> None:
    """`text(f"…{x}…")` is an injection in waiting. Fixed words of our own may be named with a reason (noqa: S608)."""
    found = []
    for path in SOURCES:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if (
                re.search(r"(text|exec_driver_sql|execute)\(f[\"']", line)
                and "noqa: S608" not in line
                and "PRAGMA" not in line
            ):
                found.append(f"{name(path)}:{number}")
    assert found == []


def test_every_public_function_says_what_it_does() -> None:
    found = []
    for file, tree in trees():
        if not ast.get_docstring(tree) and tree.body:
            found.append(f"{file}: module")
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                found.append(f"{file}:{node.lineno} {node.name}")
    assert found == []


# --- templates ---------------------------------------------------------------------------------------------------------

INLINE = (
    (re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE), "inline script"),
    (re.compile(r"<style\b", re.IGNORECASE), "inline style sheet"),
    (re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE), "style attribute"),
    (re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE), "event attribute"),
    (re.compile(r"javascript:", re.IGNORECASE), "javascript: address"),
    (re.compile(r"<iframe|<object|<embed", re.IGNORECASE), "frame"),
    (re.compile(r"\|\s*safe\b"), "|safe"),
    (re.compile(r"(src|href)=[\"']https?://", re.IGNORECASE), "something fetched from elsewhere"),
    (re.compile(r"\{%\s*autoescape\s+false"), "escaping switched off"),
)


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_page_template_holds_nothing_that_the_policy_forbids(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert [what for pattern, what in INLINE if pattern.search(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_imported_macros_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    missing = []
    for source, names in re.findall(r"\{%-?\s*from\s+[\"']([^\"']+)[\"']\s+import\s+([^%]+?)\s*-?%\}", text):
        target = ROOT / "app" / "templates" / source
        macros = (
            set(re.findall(r"\{%-?\s*(?:macro|set)\s+(\w+)", target.read_text("utf-8"))) if target.exists() else set()
        )
        wanted = [re.split(r"\s+as\s+", n.strip())[0] for n in re.sub(r"\s+with(out)? context$", "", names).split(",")]
        missing += [f"{source}: {n}" for n in wanted if n not in macros]
    for source, alias in re.findall(r"\{%-?\s*import\s+[\"']([^\"']+)[\"']\s+as\s+(\w+)", text):
        target = ROOT / "app" / "templates" / source
        macros = (
            set(re.findall(r"\{%-?\s*(?:macro|set)\s+(\w+)", target.read_text("utf-8"))) if target.exists() else set()
        )
        missing += [f"{source}: {n}" for n in set(re.findall(rf"\b{alias}\.(\w+)\(", text)) if n not in macros]
    assert missing == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_link_and_form_names_an_endpoint_that_exists(path: Path) -> None:
    endpoints = _endpoints()
    text = path.read_text("utf-8")
    named = set(re.findall(r"url_for\(\s*['\"]([\w.]+)['\"]", text))
    assert {n for n in named if n not in endpoints} == set()


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_form_that_posts_carries_the_token(path: Path) -> None:
    text = path.read_text("utf-8")
    for form in re.findall(r"<form[^>]*method=[\"']post[\"'].*?</form>", text, flags=re.DOTALL | re.IGNORECASE):
        assert re.search(r"csrf_token|csrf\(\)|hidden\(|\.csrf|f\.hidden", form), form[:120]


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_icon_is_in_the_sprite(path: Path) -> None:
    icons = set((ROOT / "app" / "static" / "icons.txt").read_text("utf-8").split())
    used = set(re.findall(r"\bicon\(\s*['\"]([a-z0-9-]+)['\"]", path.read_text("utf-8")))
    used |= set(re.findall(r"icon_name\s*=\s*['\"]([a-z0-9-]+)['\"]", path.read_text("utf-8")))
    assert used - icons == set()


_found: set[str] = set()


def _endpoints() -> set[str]:
    if not _found:
        from app import wiring

        _found.add("static")
        for blueprint in wiring.FEATURES:
            for function in blueprint.deferred_functions:
                for cell in getattr(function, "__closure__", None) or ():
                    if isinstance(cell.cell_contents, str):
                        _found.add(f"{blueprint.name}.{cell.cell_contents}")
                    elif callable(cell.cell_contents) and hasattr(cell.cell_contents, "__name__"):
                        _found.add(f"{blueprint.name}.{cell.cell_contents.__name__}")
    return _found


def test_choices_of_a_field_are_declared_as_choices() -> None:
    """Pairs are refused by the next WTForms; `core.forms.offered` makes choices of them."""
    pairs = re.compile(r"(\.choices\s*\+?=|\bchoices=)\s*(\[(?!\])|\{|list\()")
    found = [
        f"{path.name}:{n}"
        for path in sorted((ROOT / "app").rglob("*form*.py"))
        for n, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pairs.search(line)
    ]
    assert found == []


def test_no_browser_cuts_what_is_pasted() -> None:
    """`maxlength` takes the end of a paste away without a word; the server says 最多…现有…, and everything stays typed.

    Only the six digits of a one-time code are counted while they are typed.
    """
    found = {}
    for file in [*TEMPLATES, *SOURCES, *(ROOT / "app" / "static" / "js").glob("*.js")]:
        lines = [
            line for line in file.read_text("utf-8").splitlines() if re.search(r"max_?length", line, re.IGNORECASE)
        ]
        if lines:
            found[name(file)] = lines
    assert set(found) == {"templates/people/sign_in.html", "templates/people/second_factor.html"}, found
    assert all("'maxlength': 6, 'class': 'otp'" in line for lines in found.values() for line in lines)
