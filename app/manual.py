"""The pages in docs/ that are made from the code: procedures, deadlines, permissions, papers, settings (`./run docs`)."""

from __future__ import annotations

from pathlib import Path

from app import wiring
from app.core.terms import UNITS, Term
from app.core.workflow import Workflow, diagram, table
from app.documents.kinds import KINDS
from app.grants import GRANTS
from app.people.models import POSTS
from config import describe

FOLDER = Path(__file__).resolve().parent.parent / "docs"
NOTE = "<!-- Made by `./run docs` from the code. Do not edit. -->\n\n"
STATUS = {"verified": "已核对", "memory": "凭记忆，待核对", "unverified": "未核实，作为设置"}


def pages() -> dict[str, str]:
    """File name -> text of every generated page."""
    made = {
        "workflows.md": _workflows(),
        "deadlines.md": _deadlines(),
        "permissions.md": _permissions(),
        "papers.md": _papers(),
    }
    return {name: NOTE + text for name, text in made.items()} | {"settings.md": describe()}


def stale() -> list[str]:
    """The generated pages that do not say what the code says."""
    return [
        name
        for name, text in pages().items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != text
    ]


def write() -> list[str]:
    """Write what is stale; returns the names."""
    names, made = stale(), pages()
    for name in names:
        (FOLDER / name).write_text(made[name], encoding="utf-8")
    return names


def _workflows() -> str:
    parts = [
        "# 程序 Procedures\n\n每一程序是一张表：步骤的法律名称、岗位、依据、条件、期限、文书。按钮、表单、路由、历史和测试都由此表得出。\n"
    ]
    for workflow in wiring.WORKFLOWS:
        parts += [table(workflow, POSTS), diagram(workflow)]
    return "\n".join(parts)


def _owner(term: Term) -> str:
    users = [w.name for w in wiring.WORKFLOWS if _uses(w, term.id)]
    return "、".join(users) or "—"


def _uses(workflow: Workflow, term_id: str) -> bool:
    return (
        any(term_id in (*s.opens, *s.closes, *s.voids, *s.pauses) for s in workflow.steps) or term_id in workflow.opens
    )


def _deadlines() -> str:
    rows = [
        "# 期限 Deadlines\n",
        "日期一律由 `core/terms.py: compute` 算出并附理由；法律未核实的数字标明来源，由设置决定。\n",
        "| 期限 | 编号 | 起算 | 时长 | 延长 | 可扣除 | 末日顺延 | 依据 | 逾期后果 | 核对 | 程序 |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for term in wiring.terms():
        extension = "—"
        if term.extension is not None:
            e = term.extension
            extension = f"{e.amount}{UNITS[e.unit]}（{POSTS.get(e.post, e.post)}批准，{e.times}次，{e.law}）"
        cells = (
            term.name, f"`{term.id}`", term.start, term.text, extension, "、".join(term.excludes) or "—", "是" if term.rolls else "否",
            term.law, term.miss or "—", STATUS.get(term.status, term.status), _owner(term),
        )  # fmt: skip
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def _permissions() -> str:
    rows = [
        "# 权限 Permissions\n",
        "一行内的条件须全部满足，任一行满足即可。办理步骤的岗位见 [程序](workflows.md)。系统管理员不能查看案件。\n",
        "| 权限 | 条件 |",
        "|---|---|",
    ]
    for permission, alternatives in sorted(GRANTS.items()):
        rows.append(
            f"| `{permission}` | "
            + "<br>或 ".join(" 且 ".join(p.name.replace("|", "、") for p in row) for row in alternatives)
            + " |"
        )
    steps = [(w, s) for w in wiring.WORKFLOWS for s in w.steps]
    rows += ["", "## 岗位与步骤\n", "| 岗位 | 可以办理 |", "|---|---|"]
    for post, name in POSTS.items():
        mine = "；".join(f"{w.name}：{s.name}" for w, s in steps if post in s.posts)
        rows.append(f"| {name} `{post}` | {mine or '—'} |")
    return "\n".join(rows) + "\n"


def _papers() -> str:
    rows = [
        "# 文书 Papers\n",
        "| 文书 | 编号 | 格式 | 依据 | 文号 | 用印 | 签署 | 须送达 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for kind in sorted(
        KINDS.values(), key=lambda kind: kind.id
    ):  # not in the order in which features happened to be read
        cells = (
            kind.title, f"`{kind.id}`", kind.form, kind.law, kind.series or "—", "是" if kind.seal else "否",
            "、".join(kind.signers) or "—", "是" if kind.service_owed else "否",
        )  # fmt: skip
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"
