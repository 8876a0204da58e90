"""Laws of words: every sentence on the screen has its English, and none escapes the catalogue. Papers stay Chinese."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel, force_locale
from jinja2 import Environment, nodes

from app.law.cited import cited
from app.people.models import POSTS
from app.wiring import NAV, SUBJECTS, WORKFLOWS, terms

APP = Path(__file__).parents[2] / "app"
TRANSLATIONS = APP / "translations"
KEYWORDS: dict[str, Any] = {"_": None, "_l": None, "N_": None, "ngettext": (1, 2)}
HAN = re.compile(r"[㐀-鿿]")
FULL_WIDTH = re.compile(r"[㐀-鿿，。；：、（）]")  # a bare ： or 、 is Chinese too
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")
# Words that stay Chinese in English: examples to copy, titles of papers, column names that a pasted table carries.
QUOTED = re.compile(r"“[^”]*”|《[^》]*》|〔[^〕]*〕\d+号|[\u4e00-\u9fff]+ \([^)]*\)")
LEARN = "Put it into app/translations/en/LC_MESSAGES/messages.po (app/translations/README.md says how)."


@cache
def said() -> dict[str | tuple[str, ...], str]:
    """What code and templates say, extracted anew: message -> file."""
    with (TRANSLATIONS / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[str | tuple[str, ...], str] = {}
    for name, _line, message, _comments, _context in extract_from_dir(str(APP), methods, options, keywords=KEYWORDS):
        found.setdefault(message, name)
    return found


@cache
def english() -> Catalog:
    with (TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


def _texts(words: Any) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words or ())


def test_every_sentence_has_its_english() -> None:
    catalog = english()
    missing = [
        f"{file}: {message}"
        for message, file in said().items()
        if (entry := catalog.get(_texts(message)[0])) is None or entry.fuzzy or not all(_texts(entry.string))
    ]
    assert not missing, f"No English for:\n{chr(10).join(sorted(missing))}\n{LEARN}"


def test_no_english_is_left_over() -> None:
    spoken = {_texts(message)[0] for message in said()}
    left = [_texts(entry.id)[0] for entry in english() if entry.id and _texts(entry.id)[0] not in spoken]
    left += [str(key) for key in english().obsolete]
    assert not left, "Nobody says this any more; take it out of the catalogue:\n" + "\n".join(sorted(left))


def test_placeholders_are_the_same_in_english() -> None:
    wrong = []
    for entry in english():
        if not entry.id:
            continue
        wanted = Counter(m[0] for m in PLACEHOLDER.finditer(_texts(entry.id)[-1]))
        for text in _texts(entry.string):
            if Counter(m[0] for m in PLACEHOLDER.finditer(text)) != wanted:
                wrong.append(f"{_texts(entry.id)[0]} → {text}")
    assert not wrong, "Placeholders differ:\n" + "\n".join(wrong)


def test_english_is_english() -> None:
    """No stubs: Chinese may stand in an English sentence only as a quotation or an example to copy."""
    wrong = []
    for entry in english():
        for text in _texts(entry.string) if entry.id else ():
            if HAN.search(re.sub(r"国[办作]\S*|浉\S*", "", QUOTED.sub("", text))):
                wrong.append(f"{_texts(entry.id)[0]} → {text}")
    assert not wrong, "Chinese in English:\n" + "\n".join(wrong)


# --- nothing escapes the catalogue ------------------------------------------------------------------------------------

TEMPLATES = sorted(
    p for p in (APP / "templates").rglob("*") if p.suffix in {".html", ".txt"} and p.parent.name != "documents"
)
MARKS = {"_", "gettext", "ngettext"}
OWN_NAME = "中文"  # a language is offered by its own name


def _bare(node: nodes.Node) -> Iterator[tuple[int, str]]:
    """Chinese in a template that no call of `_` holds: printed text, attributes, and strings handed to macros."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS:
        for value in node.kwargs:
            yield from _bare(value)
        return
    if isinstance(node, nodes.TemplateData) and FULL_WIDTH.search(node.data):
        line = next(text for text in node.data.splitlines() if FULL_WIDTH.search(text))
        yield node.lineno, line.strip()
    if (
        isinstance(node, nodes.Const)
        and isinstance(node.value, str)
        and FULL_WIDTH.search(node.value)
        and node.value != OWN_NAME
    ):
        yield node.lineno, node.value
    for child in node.iter_child_nodes():
        yield from _bare(child)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(APP / "templates")))
def test_templates_say_nothing_outside_the_catalogue(path: Path) -> None:
    tree = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]).parse(path.read_text())
    found = [f"{path.name}:{line}: {text}" for line, text in _bare(tree)]
    assert not found, "Wrap in _('…'):\n" + "\n".join(found)


# Calls whose words people read; `law` and data arguments are no sentences. Papers and rehearsal data are Chinese by law.
SPEAKING = {
    "flash", "Refused", "Forbidden", "NotFound", "Stale", "Busy", "Guard", "filled", "Step", "State", "Term", "Workflow", "Shut",
    "ValidationError", "StopValidation", "Required", "AtMost", "NavItem", "SubjectKind", "Message", "begin", "record", "Action", "Pile",
    "TextField", "LongTextField", "MoneyField", "CountField", "DayField", "MomentField", "SelectField", "SelectMultipleField",
    "RadioField", "BooleanField", "StringField", "PasswordField", "FileField", "MultipleFileField", "jsonify", "page",
}  # fmt: skip
SILENT = {"law", "sets", "reason", "facts", "default", "document"}
PYTHON = sorted(
    p
    for p in APP.rglob("*.py")
    if not {"rehearsal", "bench", "chaos"} & set(p.parts) and not p.name.endswith("papers.py")
)


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _unmarked(node: ast.AST) -> Iterator[ast.AST]:
    """Chinese strings below `node` that no `_`, `_l`, `N_` or `ngettext` holds."""
    if isinstance(node, ast.Call) and _name(node) in {*KEYWORDS, *SPEAKING}:
        return  # marked, or asked for itself
    if isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[1], ast.Call):
        yield from _unmarked(node.elts[1])  # a choice: what is stored, and how it is called
        return
    if isinstance(node, ast.Compare | ast.Lambda | ast.Subscript):
        return
    if isinstance(node, ast.JoinedStr | ast.Constant):
        if HAN.search(ast.unparse(node)):
            yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from _unmarked(child)


def _spoken(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or _name(call) not in SPEAKING:
            continue
        given = [*call.args, *(k.value for k in call.keywords if k.arg not in SILENT)]
        if _name(call) == "Step":
            given = [*call.args[:5], *call.args[6:], *(k.value for k in call.keywords if k.arg not in SILENT)]
        if _name(call) == "Term":
            given = [
                *call.args[:4],
                *call.args[5:],
                *(k.value for k in call.keywords if k.arg not in SILENT | {"excludes", "extension"}),
            ]
        if _name(call) == "begin" and isinstance(call.func, ast.Attribute):
            continue  # deadlines.begin: its words are part of the trace
        for one in given:
            for text in _unmarked(one):
                yield getattr(text, "lineno", 0), ast.unparse(text)


@pytest.mark.parametrize("path", PYTHON, ids=lambda p: str(p.relative_to(APP)))
def test_code_says_nothing_outside_the_catalogue(path: Path) -> None:
    found = [f"{path.name}:{line}: {text}" for line, text in _spoken(ast.parse(path.read_text()))]
    assert not found, "Wrap in _, _l or N_ of app.core.text:\n" + "\n".join(found)


# --- and it is shown --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def in_english() -> Iterator[None]:
    """A request of somebody who reads English. The catalogue is compiled where set-up has not done it."""
    source = TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"
    compiled = source.with_suffix(".mo")
    if not compiled.is_file() or compiled.stat().st_mtime < source.stat().st_mtime:
        with compiled.open("wb") as file:
            write_mo(file, english())
    words = Flask("words")
    Babel(words, default_translation_directories=str(TRANSLATIONS))
    with words.test_request_context(), force_locale("en"):
        yield


# What the engine puts into its sentences, by the name it has there; anything else is a number or a text.
FILLED = {"word": "商品", "kind": "刑事处罚", "yes": "以会员制方式传播", "name": "销售金额", "CRIMES[crime]": "假冒注册商标罪",
          "MEASURES[rule.measure]": "销售金额", "rule.phrase": "情节严重"}  # fmt: skip
PIECES = {"商品", "服务", "刑事处罚", "行政处罚"}  # that only stand inside of a sentence


def _sentences(path: Path) -> Iterator[str]:
    """The Chinese sentences of a module as they come out of it; docstrings and what begins in the middle left out."""
    tree = ast.parse(path.read_text())
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)} - {
        id(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
    }
    inner |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    filled = dict(FILLED)
    for node in ast.walk(tree):
        text = ""
        if isinstance(node, ast.JoinedStr):
            for part in node.values:
                if isinstance(part, ast.Constant):
                    text += str(part.value)
                elif isinstance(part, ast.FormattedValue):
                    text += filled.get(ast.unparse(part.value), "7")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            text = node.value
        if (
            isinstance(node, ast.Assign)
            and ast.unparse(node.targets[0]) == "words"
            and isinstance(node.value, ast.JoinedStr)
        ):
            inner.add(id(node.value))  # the head of two sentences
            filled["words"] = "".join(
                str(part.value) if isinstance(part, ast.Constant) else filled.get(ast.unparse(part.value), "7")
                for part in node.value.values
                if isinstance(part, ast.Constant | ast.FormattedValue)
            )
        if HAN.search(text) and text[0] not in "：；" and text not in PIECES and id(node) not in inner:
            yield text


@pytest.mark.usefixtures("in_english")
def test_what_a_screening_keeps_is_shown_in_english() -> None:
    import json

    from app.law.spoken import spoken

    rules = json.loads((APP / "law/data/criminal-thresholds.json").read_text())["rules"]
    said_by_rules = {row["legal_phrase_zh"] for row in rules} | {
        row["consequence"]["sentence_range_zh"] for row in rules
    }
    engine = {text for name in ("screening.py", "screening_conditions.py") for text in _sentences(APP / "law" / name)}
    assert len(engine) > 35
    stored = {
        "清单1第3行",
        "登记涉案物品：清单2增加40行",
        "修改案情",
        "已销售各行数量×单价+已销售各行数量×单价",
        "明知：无正当理由以明显低于市场价格进货或者销售",
    }
    chinese = sorted(text for text in engine | said_by_rules | stored if HAN.search(QUOTED.sub("", spoken(text))))
    assert not chinese, "Declare it in app/law/spoken.py:\n" + "\n".join(chinese)
    assert spoken("张某自己写的话") == "张某自己写的话", "what a person typed stays as typed"


def _declared() -> Iterator[str]:
    for workflow in WORKFLOWS:
        yield workflow.name
        yield from (state.name for state in workflow.states.values())
        for step in workflow.steps:
            yield step.name
            yield from (guard.sentence for guard in step.needs)
    for term in terms():
        yield term.name
        yield term.miss
    yield from (item.label for item in NAV)
    yield from (kind.label for kind in SUBJECTS)
    yield from POSTS.values()


def _laws() -> Iterator[str]:
    """Whatever steps, deadlines and history cite."""
    for workflow in WORKFLOWS:
        yield from (step.law for step in workflow.steps)
    yield from (term.law for term in terms())
    for path in PYTHON:
        if path.name not in {"kinds.py", "facts.py"} and "documents" not in path.parts:
            for call in ast.walk(ast.parse(path.read_text())):
                for given in call.keywords if isinstance(call, ast.Call) else ():
                    if given.arg == "law" and isinstance(given.value, ast.Constant):
                        yield str(given.value.value)


@pytest.mark.usefixtures("in_english")
def test_procedures_are_shown_in_english() -> None:
    from app.core.text import _

    chinese = sorted({text for text in _declared() if text and HAN.search(QUOTED.sub("", _(text)))})
    assert not chinese, "Shown in Chinese on an English page:\n" + "\n".join(chinese)


@pytest.mark.usefixtures("in_english")
def test_citations_are_shown_in_english() -> None:
    chinese = sorted({law for law in _laws() if HAN.search(cited(law))})
    assert not chinese, "Put the instrument or reason into app/law/cited.py:\n" + "\n".join(chinese)


@pytest.mark.parametrize(("heading", "words"), [
    ("文书送达", "Service of papers"), ("登记人", "Registered by"), ("承办人员", "Handling officers"), ("当事人名录", "Parties"), ("权利名录", "Rights"),
])  # fmt: skip
def test_a_heading_has_words_of_its_own(heading: str, words: str) -> None:
    """登记 is a button (Register), 办案人员 a post (Officer), 当事人 a label (Party): over a column, a list, in the menu they say another thing."""
    entry = english().get(heading)
    assert entry is not None
    assert entry.string == words
    verbs = re.compile(r"(?:head\(|data-label=\"\{\{ |scope=\"col\">\{\{ |panel\()_\('(?:送达|登记|办案人员)'\)")
    assert [p.name for p in TEMPLATES if verbs.search(p.read_text("utf-8"))] == []
