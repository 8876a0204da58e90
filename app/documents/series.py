"""Classes of official numbers of papers. Per organ and year, taken in the transaction that issues the paper.

The letters follow the forms of 2021 (字); what a bureau really uses is its own custom, so they stand in one place.
The number of a case (立) and of a clue is taken by the feature that owns it, not here.
"""

from __future__ import annotations

from app.core.numbering import Series

SERIES = {
    letters: Series(f"paper.{letters}", name, "{short}" + letters + "〔{year}〕{n}号")
    for letters, name in (("涉罪移", "涉嫌犯罪案件移送"), ("物移", "物品移送告知"), ("函", "函"), ("送", "送达回证"))
}
