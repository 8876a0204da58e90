"""Who may do what: the one table that an auditor asks for.

permission -> rows of predicates; any row suffices, in a row all must hold. Steps of a procedure name their post in the
workflow table; this table rules what may be seen and the acts that are not steps. An administrator reads no case.
"""

from __future__ import annotations

from app.cases.models import HANDLES
from app.cases.queries import CHARGED_WITH_CLUE
from app.core.permissions import Rows, own, own_organ, post, within
from app.people.models import POSTS
from app.transfers.models import ABOVE, ADDRESSED_TO_POLICE, COPIED_TO_PROCURATORATE

EVERYBODY = post(*POSTS)
INSIDE = post(
    *(kind for kind in POSTS if kind != "admin")
)  # in the order of the table: a set would print anew each time
HANDLERS = post("officer", "unit_head", "reviewer", "head", "principal", "registrar")
LEADERS = post("unit_head", "reviewer", "head", "principal")

GRANTS: dict[str, Rows] = {
    # one's own account
    "account.own": ((EVERYBODY,),),
    "notice.read": ((EVERYBODY, own("person_id")),),
    "mail.read": ((post("admin"),),),
    "home.see": ((EVERYBODY,),),
    "search.use": ((INSIDE,),),
    # people, organs, calendar, history
    "people.read": ((post("admin", "unit_head", "head", "principal", "auditor"),),),
    "people.manage": ((post("admin"),),),
    "calendar.read": ((EVERYBODY,),),
    "calendar.load": ((post("admin", "reviewer"),),),
    "history.read": ((post("auditor", "principal", "head"), within()),),
    "history.check": ((post("auditor", "principal", "head", "admin"),),),
    "jobs.manage": ((post("admin"),),),
    "stats.read": ((LEADERS,), (post("officer", "registrar", "auditor"),)),
    # registers: neutral to organs
    "party.read": ((HANDLERS,), (post("desk", "auditor"),)),
    "party.write": ((post("officer", "unit_head", "desk", "registrar"),),),
    "right.read": ((HANDLERS,), (post("desk", "auditor"),)),
    "right.write": ((post("officer", "unit_head", "desk", "registrar"),),),
    "campaign.read": ((HANDLERS,), (post("desk", "auditor"),)),
    "campaign.write": ((post("unit_head", "head", "principal"), own_organ()),),
    # clues
    "clue.log": ((post("officer", "unit_head", "desk"),),),
    "clue.read": (
        (post("officer", "registrar", "desk"), own_organ()),
        (LEADERS, within()),
        (post("auditor"), within()),
    ),
    "clue.amend": ((post("officer", "unit_head", "desk"), own_organ()),),
    # The stricter of two readings (docs/decisions/0013): who took it down and who verifies it or handles its case, no head.
    "informer.open": ((post("desk"), own_organ()), (post("officer"), own_organ(), CHARGED_WITH_CLUE)),
    # cases
    "case.read": ((post("officer", "registrar"), own_organ()), (LEADERS, within()), (post("auditor"), within())),
    "case.write": ((post("officer", "unit_head"), own_organ(), HANDLES),),
    # The day of a seizure moves a clock of the law: its officers with a reason, and the unit head over them.
    "goods.correct_day": ((post("officer"), own_organ(), HANDLES), (post("unit_head"), own_organ())),
    # transfers: a partner organ sees what was handed over to it, and nothing else
    "transfer.read": (
        (post("officer", "registrar"), own_organ()),
        (LEADERS, within()),
        (post("auditor"), within()),
        (post("police_liaison"), ADDRESSED_TO_POLICE),
        (post("procuratorate_liaison"), COPIED_TO_PROCURATORATE),
    ),
    "transfer.open": ((post("officer"), own_organ(), HANDLES),),
    "transfer.remind": ((LEADERS, ABOVE),),
    # papers, files, service: what may be seen follows the subject (documents/queries.py); these open the doors
    "paper.read": ((INSIDE,),),
    "paper.retry": ((HANDLERS, within()), (post("desk"), own_organ())),
    "paper.correct": ((post("officer", "unit_head", "reviewer", "registrar"), own_organ()),),
    "file.read": ((INSIDE,),),
    "service.record": ((post("officer", "unit_head", "registrar"), own_organ()),),
}
