"""Proof of service (送达回证), the one paper that belongs to no feature."""

from __future__ import annotations

from dataclasses import dataclass

from app.documents.kinds import PaperKind, register


@dataclass(frozen=True)
class ServedFacts:
    """A paper that is served: its name and number, and how many copies."""

    title: str
    number: str = ""
    copies: str = "1份"


@dataclass(frozen=True)
class ProofOfService:
    """Form 50. One for each addressee and occasion; what is unknown when it is printed stays blank for the pen.

    Once the service is recorded a next version carries what was recorded; the one that was signed stays.
    """

    organ: str
    case_name: str
    papers: tuple[ServedFacts, ...]
    addressee: str
    place: str = ""
    manner: str = ""
    time: str = ""
    servers: tuple[str, ...] = ()
    receiver: str = ""
    receiver_relation: str = ""
    refusal: str = ""
    witness: str = ""
    mail_no: str = ""
    video_no: str = ""
    consent: str = ""
    remarks: str = ""


PROOF_OF_SERVICE = register(
    PaperKind(
        id="proof_of_service",
        title="送达回证",
        form="50",
        law="市场监督管理行政处罚程序规定 81、82",
        series="送",
        template="proof_of_service.html",
        facts_type=ProofOfService,
        apart=("addressee",),
        signers=("送达人", "受送达人", "见证人"),
        seal=True,
    )
)
