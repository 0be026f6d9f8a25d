"""What each role may do: the one table that every check of a right reads.

Whatever is not written here is refused. The page "Roles and rights" prints this table (C1, C8, I2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from trialsite.accounts.models import Role


class Right(StrEnum):
    """One thing that a person may do, at a site or in the whole study."""

    SEE_HOME = "SEE_HOME"
    SEE_HELP = "SEE_HELP"
    SEE_PARTICIPANTS = "SEE_PARTICIPANTS"
    REGISTER_PARTICIPANT = "REGISTER_PARTICIPANT"
    ENTER_DATA = "ENTER_DATA"
    ENTER_MASKED = "ENTER_MASKED"
    SEE_MASKED = "SEE_MASKED"
    SEE_ELIGIBILITY = "SEE_ELIGIBILITY"
    SIGN_ELIGIBILITY = "SIGN_ELIGIBILITY"
    SIGN_VISIT = "SIGN_VISIT"
    SIGN_SAFETY = "SIGN_SAFETY"
    REQUEST_NUMBER = "REQUEST_NUMBER"
    BOOK_VISITS = "BOOK_VISITS"
    RAISE_QUERY = "RAISE_QUERY"
    ANSWER_QUERY = "ANSWER_QUERY"
    CLOSE_QUERY = "CLOSE_QUERY"
    CLOSE_MASKED_QUERY = "CLOSE_MASKED_QUERY"
    SEE_HISTORY = "SEE_HISTORY"
    SEE_OUTBOX = "SEE_OUTBOX"
    ADVISE_DOSE = "ADVISE_DOSE"
    OVERRIDE_DOSE_GATE = "OVERRIDE_DOSE_GATE"
    BREAK_BLIND = "BREAK_BLIND"
    RECORD_CODE_BREAK = "RECORD_CODE_BREAK"
    LOCK_STUDY = "LOCK_STUDY"
    UNLOCK_STUDY = "UNLOCK_STUDY"
    APPROVE_UNBLINDING = "APPROVE_UNBLINDING"
    LOAD_LIST = "LOAD_LIST"
    LOAD_KITS = "LOAD_KITS"
    SEE_SUPPLY = "SEE_SUPPLY"
    HANDLE_KITS = "HANDLE_KITS"
    MANAGE_SUPPLY = "MANAGE_SUPPLY"
    SEE_KIT_CONTENTS = "SEE_KIT_CONTENTS"
    SEE_STRATA = "SEE_STRATA"
    RECORD_NUMBER_ERROR = "RECORD_NUMBER_ERROR"
    EXPORT = "EXPORT"
    SEE_PEOPLE = "SEE_PEOPLE"
    MANAGE_PEOPLE = "MANAGE_PEOPLE"
    MANAGE_PROTOCOL = "MANAGE_PROTOCOL"

    @property
    def sentence(self) -> str:
        """What the right allows, as a phrase that completes "May …"."""
        return SENTENCES[self]


SENTENCES: Mapping[Right, str] = {
    Right.SEE_HOME: "see the own work of today and the enrolment curve",
    Right.SEE_HELP: "read the help, the schedule of assessments and the assumptions of the protocol",
    Right.SEE_PARTICIPANTS: "see participants of the own site and their forms, except masked values",
    Right.REGISTER_PARTICIPANT: "register a participant who has consented",
    Right.ENTER_DATA: "enter and correct forms, except masked values",
    Right.ENTER_MASKED: "enter and correct laboratory values that are masked after Day 1",
    Right.SEE_MASKED: "see laboratory values that are masked after Day 1",
    Right.SEE_ELIGIBILITY: "see the verdict on each eligibility criterion",
    Right.SIGN_ELIGIBILITY: "sign that a participant is eligible",
    Right.SIGN_VISIT: "sign the finished forms of a visit, except masked ones",
    Right.SIGN_SAFETY: "sign and close reports of serious adverse events",
    Right.REQUEST_NUMBER: "ask for a treatment number or a kit",
    Right.BOOK_VISITS: "book and move visits",
    Right.RAISE_QUERY: "raise a query on a value",
    Right.ANSWER_QUERY: "answer a query",
    Right.CLOSE_QUERY: "close a query, except on masked values",
    Right.CLOSE_MASKED_QUERY: "close an answered query on masked values",
    Right.SEE_HISTORY: "see who changed a value, when and why",
    Right.SEE_OUTBOX: "see which reminders were sent",
    Right.ADVISE_DOSE: "say by the laboratory values whether the next dose is given, held or stopped",
    Right.OVERRIDE_DOSE_GATE: (
        "override a rule before a dose with a signed reason, where the protocol lets it"
    ),
    Right.BREAK_BLIND: "unblind one participant in an emergency",
    Right.RECORD_CODE_BREAK: "record that a code-break sheet was opened",
    Right.LOCK_STUDY: "lock the data of the study against every change",
    Right.UNLOCK_STUDY: "see the lock of the study, and open it together with somebody of another role",
    Right.APPROVE_UNBLINDING: "unblind the whole study together with somebody of another role",
    Right.LOAD_LIST: "load the sealed allocation list",
    Right.LOAD_KITS: "load sealed kit lists",
    Right.SEE_SUPPLY: "see the kits of a site by number, lot and expiry, never what is in them",
    Right.HANDLE_KITS: "order, receive, set aside and return kits",
    Right.MANAGE_SUPPLY: "send and destroy kits, and decide about kits that were set aside",
    Right.SEE_KIT_CONTENTS: "see what is in the kits",
    Right.SEE_STRATA: "see which participants were randomized in another stratum than the corrected one",
    Right.RECORD_NUMBER_ERROR: "record that a treatment number or kit was given in error",
    Right.EXPORT: "export the study data",
    Right.SEE_PEOPLE: "see who works in the study and in which role",
    Right.MANAGE_PEOPLE: "add people, give and end roles, deactivate accounts",
    Right.MANAGE_PROTOCOL: "publish a version of the protocol: prohibited medication, further criteria",
}


@dataclass(frozen=True)
class Description:
    """A role for its reader: what it is for, and whether its holder may come to know an arm."""

    sentence: str
    blinded: bool


DESCRIPTIONS: Mapping[Role, Description] = {
    Role.COORDINATOR: Description(
        "Registers participants, enters their forms and books their visits.", blinded=True
    ),
    Role.INVESTIGATOR: Description(
        "Is responsible for the participants of a site: signs eligibility and visits, asks for treatment "
        "numbers, unblinds in an emergency.",
        blinded=True,
    ),
    Role.LAB_ASSESSOR: Description(
        "Enters and reads the laboratory values that could give the treatment away, says whether the next "
        "dose is given, and does nothing else.",
        blinded=True,
    ),
    Role.MONITOR: Description(
        "Checks what sites entered and asks about it, without altering it.", blinded=True
    ),
    Role.DATA_MANAGER: Description("Cleans the data through queries, without altering them.", blinded=True),
    Role.PHARMACIST: Description(
        "Handles the study drug knowing what it is, and sees no forms.", blinded=False
    ),
    Role.STATISTICIAN: Description(
        "Prepares and loads the allocation list, and sees no forms.", blinded=False
    ),
    Role.ADMINISTRATOR: Description(
        "Manages accounts, publishes versions of the protocol, exports the study data; enters none and never "
        "sees the list.",
        blinded=True,
    ),
}

_EVERYBODY = frozenset({Right.SEE_HOME, Right.SEE_HELP})
_SITE_TEAM = _EVERYBODY | {
    Right.SEE_PARTICIPANTS,
    Right.REGISTER_PARTICIPANT,
    Right.ENTER_DATA,
    Right.SEE_ELIGIBILITY,
    Right.BOOK_VISITS,
    Right.ANSWER_QUERY,
    Right.SEE_HISTORY,
    Right.SEE_OUTBOX,
    Right.SEE_PEOPLE,
    Right.SEE_SUPPLY,
    Right.HANDLE_KITS,
}
_OVERSIGHT = _EVERYBODY | {
    Right.SEE_PARTICIPANTS,
    Right.SEE_ELIGIBILITY,
    Right.RAISE_QUERY,
    Right.CLOSE_QUERY,
    Right.SEE_HISTORY,
    Right.SEE_OUTBOX,
    Right.SEE_PEOPLE,
    Right.SEE_SUPPLY,
}

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.COORDINATOR: _SITE_TEAM,
    Role.INVESTIGATOR: _SITE_TEAM
    | {
        Right.SIGN_ELIGIBILITY,
        Right.SIGN_VISIT,
        Right.SIGN_SAFETY,
        Right.REQUEST_NUMBER,
        Right.OVERRIDE_DOSE_GATE,
        Right.RECORD_NUMBER_ERROR,
        Right.BREAK_BLIND,
        Right.RECORD_CODE_BREAK,
    },
    Role.LAB_ASSESSOR: _EVERYBODY
    | {
        Right.SEE_PARTICIPANTS,
        Right.ENTER_MASKED,
        Right.SEE_MASKED,
        Right.ADVISE_DOSE,
        Right.ANSWER_QUERY,
        Right.CLOSE_MASKED_QUERY,
        Right.SEE_HISTORY,
    },
    Role.MONITOR: _OVERSIGHT,
    Role.DATA_MANAGER: _OVERSIGHT
    | {Right.SEE_STRATA, Right.LOCK_STUDY, Right.UNLOCK_STUDY, Right.APPROVE_UNBLINDING},
    Role.PHARMACIST: _EVERYBODY
    | {
        Right.LOAD_KITS,
        Right.SEE_SUPPLY,
        Right.MANAGE_SUPPLY,
        Right.SEE_KIT_CONTENTS,
        Right.RECORD_CODE_BREAK,
    },
    Role.STATISTICIAN: _EVERYBODY
    | {Right.LOAD_LIST, Right.LOAD_KITS, Right.SEE_STRATA, Right.APPROVE_UNBLINDING},
    Role.ADMINISTRATOR: _EVERYBODY
    | {
        Right.EXPORT,
        Right.SEE_OUTBOX,
        Right.SEE_PEOPLE,
        Right.MANAGE_PEOPLE,
        Right.MANAGE_PROTOCOL,
        Right.UNLOCK_STUDY,
    },
}


class Hand(StrEnum):
    """A group of roles that may lie in one hand; two hands never belong to one person (C8, EMA A3.3)."""

    ADMIN = "administration"
    ENTRY = "data entry"
    LABORATORY = "masked laboratory values"
    LIST = "access to the allocation list"
    OVERSIGHT = "oversight"


HANDS: Mapping[Hand, frozenset[Role]] = {
    Hand.ADMIN: frozenset({Role.ADMINISTRATOR}),
    Hand.ENTRY: frozenset({Role.COORDINATOR, Role.INVESTIGATOR}),
    # Data entry too, but apart: who treats participants and reads their CRP knows their treatment (L19).
    Hand.LABORATORY: frozenset({Role.LAB_ASSESSOR}),
    Hand.LIST: frozenset({Role.PHARMACIST, Role.STATISTICIAN}),
    Hand.OVERSIGHT: frozenset({Role.MONITOR, Role.DATA_MANAGER}),
}


def hand_of(role: Role) -> Hand:
    """The hand that a role lies in."""
    return next(hand for hand, roles in HANDS.items() if role in roles)


def roles_with(right: Right) -> list[Role]:
    """The roles that have a right, in the order of Role."""
    return [role for role in Role if right in RIGHTS[role]]
