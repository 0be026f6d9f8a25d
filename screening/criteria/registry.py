"""The criteria in order: what the registration says, what is computed, what is assumed.

The exclusion texts follow the registration NCT07377058 in substance. Of the inclusion texts only a
third party's copy is public, and it breaks off within inclusion 5: they are given in own words.
"""

from collections.abc import Callable
from dataclasses import dataclass

from screening.criteria.attestations import in06
from screening.criteria.cni import in05
from screening.criteria.hepatitis import ex06, ex07
from screening.criteria.history import ex01, ex02, ex09, ex10, ex13
from screening.criteria.ild import ex08, ex11, in03
from screening.criteria.inclusion import in01, in02
from screening.criteria.infection import ex04
from screening.criteria.laboratory import ex03
from screening.criteria.prohibited import ex14
from screening.criteria.readings import Readings
from screening.criteria.steroids import ex12, in04
from screening.criteria.tuberculosis import ex05
from screening.criteria.verdict import Kind, Verdict
from screening.facts import Facts

REGISTRATION = "Registration NCT07377058"
COPY = "Copy of the registration, in own words"


@dataclass(frozen=True)
class Criterion:
    """One criterion for its reader; `title` is its short name, `judge` the pure function that computes it."""

    code: str
    kind: Kind
    judge: Callable[[Facts, Readings], Verdict]
    title: str
    text: str
    source: str
    rule: str
    assumed: tuple[str, ...] = ()
    question: str = ""


def _inclusion(
    judge: Callable[[Facts, Readings], Verdict],
    title: str,
    text: str,
    rule: str,
    *assumed: str,
    question: str = "",
) -> Criterion:
    return Criterion(
        judge.__name__.upper(), Kind.INCLUSION, judge, title, text, COPY, rule, assumed, question
    )


def _exclusion(
    judge: Callable[[Facts, Readings], Verdict],
    title: str,
    text: str,
    rule: str,
    *assumed: str,
    question: str = "",
) -> Criterion:
    return Criterion(
        judge.__name__.upper(), Kind.EXCLUSION, judge, title, text, REGISTRATION, rule, assumed, question
    )


# Those of the registration; with the tables of a version of the protocol: `criteria_under`.
CRITERIA: tuple[Criterion, ...] = (
    _inclusion(
        in01,
        "Age and weight",
        "Adults from 18 to under 65 years, weighing at least 45 kg.",
        "Completed years on the day of screening are 18 or more and below 65; weight is 45.0 kg or more.",
        "Age counts on the day of screening; the registration names no day.",
        question="On which day does age count, and what if 65 is reached between screening and "
        "randomization?",
    ),
    _inclusion(
        in02,
        "Diagnosis",
        "Dermatomyositis with Gottron papules, Gottron rash or erythema ab igne, and a positive anti-MDA5 "
        "antibody.",
        "At least one of the three skin signs is present, and the anti-MDA5 result is POSITIVE.",
        "Erythema ab igne is kept as registered; it may be a mistranslation of heliotrope rash, so "
        "heliotrope alone stays undetermined until the sponsor rules.",
        question="Does erythema ab igne stand for heliotrope rash, and does heliotrope alone qualify? "
        "Which assay of the antibody is accepted, and how old may the result be?",
    ),
    _inclusion(
        in03,
        "Lung function with ILD",
        "With interstitial lung disease: SpO2 at least 90 % or PaO2 at least 60 mmHg, FVC at least 60 % "
        "and DLco at least 40 % of predicted, and less than 50 % of the lung fields involved on HRCT.",
        "Without ILD it is met. With ILD, all four limits must hold; one of SpO2 and PaO2 is enough. With "
        "ILD unknown it is met only if all four hold.",
        "Only SpO2 and PaO2 at FiO2 0.21 count; a value taken on oxygen is unusable, not a failure.",
        question="Are SpO2 and PaO2 meant on room air, and how is a participant judged who cannot be "
        "without oxygen?",
    ),
    _inclusion(
        in04,
        "Background glucocorticoid",
        "Background glucocorticoid below 1.0 mg/kg/day of prednisone, or the equivalent of another one, "
        "for 4 weeks.",
        "On each of the 28 days before randomization the sum of all systemic glucocorticoids, as "
        "prednisone per kg, lies above 0 and below 1.0 mg. A day without any fails only if the history is "
        "complete.",
        "All systemic routes count by equivalence; weight is the screening weight; tapering is allowed.",
        question="Do intravenous and intramuscular glucocorticoids count by equivalence, as oral ones "
        "do, and is the weight at screening the one to divide by?",
    ),
    _inclusion(
        in05,
        "Stable calcineurin inhibitor",
        "A stable calcineurin inhibitor for at least 4 weeks (the public text breaks off here).",
        "On each of the 28 days before randomization exactly one of tacrolimus and ciclosporin is taken, "
        "at an unchanged total daily dose. A day without fails only if the history is complete.",
        "A change of dose for whatever reason breaks stability; the full text is not public.",
        question="What is the rest of this criterion, which further inclusion criteria follow it, and "
        "does a change of dose after a trough level still count as stable?",
    ),
    _exclusion(
        ex01,
        "Other myositis or overlap",
        "Polymyositis, anti-synthetase syndrome, immune-mediated necrotizing myositis, or overlap myositis "
        "with another connective tissue disease.",
        "Any of the four diagnoses is answered Y.",
    ),
    _exclusion(
        ex02,
        "Life-threatening complications",
        "Life-threatening complications, including but not limited to acute coronary syndrome within 24 "
        "weeks before screening or any history of significant cerebrovascular disease.",
        "Acute coronary syndrome 168 days or fewer before screening, or significant cerebrovascular "
        "disease ever, or another life-threatening complication.",
        question="Which cerebrovascular disease is significant?",
    ),
    _exclusion(
        ex03,
        "Laboratory",
        "At screening any of: white blood cells <3.0, neutrophils <1.0, lymphocytes <0.5 x10^9/L, "
        "haemoglobin <90 g/L, platelets <50 x10^9/L; ALT or AST >=3 x ULN, total bilirubin >=1.5 x ULN, "
        "excluding a rise of ALT or AST due to dermatomyositis; creatinine clearance <=45 mL/min.",
        "Any single limit is passed, in standard units and before rounding. Clearance is Cockcroft-Gault "
        "with the age on the day of the sample. Due to dermatomyositis is asked for each enzyme from 3 x "
        "ULN on.",
        "The comma before bilirubin is read as OR, and dermatomyositis excuses only ALT and AST.",
        "Clearance uses the actual body weight.",
        question="Is the comma before bilirubin an OR, and does dermatomyositis excuse transaminases "
        "only? The limits admit neutrophils of 1.0 to 2.0, platelets of 50 to 100 x10^9/L and "
        "transaminases of 1.5 to 3 x ULN, at which the label of tocilizumab advises not to "
        "start: are they intended?",
    ),
    _exclusion(
        ex04,
        "Infection, intravenous antibiotics",
        "Hospitalized for severe infection within 60 days before screening, or intravenous antibiotics "
        "without a washout of five half-lives and confirmed absence of active infection before enrolment; "
        "oral empirical and topical antibiotics are allowed.",
        "Last day in hospital 60 days or fewer before screening, or still in hospital. Or an intravenous "
        "antibiotic, unless for each one five half-lives have passed at randomization and infection is "
        "ruled out.",
        "60 days govern the hospital stay alone and count from discharge; a finished washout does not "
        "rescue it.",
        "With dates only, the time between the earliest and the latest possible hour stays undetermined.",
        question="Do the 60 days govern the stay in hospital alone, counted from discharge, and does a "
        "finished washout of antibiotics change anything about it?",
    ),
    _exclusion(
        ex05,
        "Tuberculosis",
        "Active tuberculosis that is untreated or inadequately treated. Latent tuberculosis (positive "
        "IGRA: QFT-GIT, QFT-G or T-SPOT.TB) without at least 2 weeks of preventive therapy with at least 2 "
        "drugs before randomization, continuing through the study.",
        "Active and not adequately treated; or IGRA positive without active tuberculosis, unless at least "
        "2 drugs were started 14 days or more before randomization and go on.",
        "QFT-Plus is not named: its result stays undetermined until the sponsor rules.",
        question="Is QuantiFERON-TB Gold Plus accepted, which the list of assays does not name?",
    ),
    _exclusion(
        ex06,
        "Viral hepatitis",
        "Active viral hepatitis at screening: HBsAg positive, HBeAg positive, HBV-DNA >10^3 copies/L "
        "(required if HBcAb is positive), or HCV antibody positive.",
        "A positive marker; or HBV-DNA above 10^3 copies/mL. Up to 1 copy/mL or not detected does not "
        "exclude; between, or detected below the limit of quantification, is undetermined.",
        "10^3 copies/L is 1 copy/mL, below every assay; 10^3 copies/mL was probably meant.",
        "IU/mL are converted with the factor of the assay.",
        question="Is 10^3 copies/mL meant? The registered 10^3 copies/L lies below what any assay can "
        "detect.",
    ),
    _exclusion(
        ex07,
        "HIV",
        "Documented HIV infection by history, or positive HIV serology at screening.",
        "HIV in the history is Y, or the serology is POSITIVE.",
    ),
    _exclusion(
        ex08,
        "Rapidly progressive ILD",
        "New ILD manifestations or radiographic worsening within 4 weeks suggest rapidly progressive ILD: "
        "within 1 month of respiratory symptoms any of (1) acute worsening dyspnoea needing hospital or "
        "oxygen, (2) FVC down >10 % with or without DLco down >15 %, (3) interstitial abnormality on HRCT "
        "up >20 %, (4) PaO2 down >10 mmHg, indicating respiratory failure; and PaO2/FiO2 >=200 mmHg.",
        "Worsening within 28 days and any of the four items. PaO2/FiO2 below 200 mmHg without rapid "
        "progression contradicts itself and stays undetermined.",
        "Reading A: rapidly progressive ILD excludes whatever PaO2/FiO2 is. Reading B, by configuration: "
        "only below 200 mmHg.",
        "An earlier, resolved episode does not exclude and is flagged.",
        question="Does rapidly progressive ILD exclude, and what does PaO2/FiO2 of 200 mmHg or more "
        "qualify? Does a fall of DLco alone count?",
    ),
    _exclusion(
        ex09, "Allergy to tocilizumab", "Allergy to tocilizumab or any of its excipients.", "The answer is Y."
    ),
    _exclusion(ex10, "Allergy to sulfonamides", "Sulfonamide allergy.", "The answer is Y."),
    _exclusion(
        ex11,
        "Lung function test not possible",
        "Unable to complete pulmonary function testing at baseline.",
        "Testing was not done because the participant is unable to complete it; not yet done, or not done "
        "for another reason, is undetermined. It applies with and without ILD.",
    ),
    _exclusion(
        ex12,
        "Prednisone above 2 mg/kg",
        "Prednisone above 2 mg/kg/day before screening.",
        "Any day above 2 mg/kg of prednisone equivalent from 28 days before screening to screening. Only "
        "earlier, or an incomplete history, is undetermined.",
        "The registration gives no look-back; 28 days are taken and earlier pulses are put to the sponsor.",
        question="How far back does this reach? A pulse of methylprednisolone months ago would "
        "otherwise exclude for good.",
    ),
    _exclusion(
        ex13,
        "Immunoglobulin",
        "Intravenous immunoglobulin must have been stopped at least 30 days before screening.",
        "The last infusion lies fewer than 30 days before screening.",
    ),
    _exclusion(
        ex14,
        "Prohibited medication",
        "Prohibited medication within its time window before screening (the list is not public).",
        "The investigator attests against the protocol's list; a blank answer is undetermined. Where the "
        "version of the protocol holds a list, each recorded medication is compared with it by name: one "
        "whose last day lies in its window excludes, whatever is attested.",
        "The list is empty until the protocol is in hand.",
        "A medication that goes on, or was taken after the reference day, lies in the window.",
        question="Which medications are on the list, with which time windows, counted to which day?",
    ),
)

# Counts only under a version of the protocol that has attestations.
FURTHER = Criterion(
    "IN06",
    Kind.INCLUSION,
    in06,
    "Further inclusion criteria",
    "All further inclusion criteria of the protocol.",
    "Tables of the protocol version",
    "Each attestation of the version of the protocol is answered Y, to the very question that it asks.",
    ("The registration's public text ends within inclusion 5.",),
)


def criteria_under(readings: Readings) -> tuple[Criterion, ...]:
    """The criteria that count under a version of the protocol, in their order."""
    if not readings.tables.attestations:
        return CRITERIA
    inclusion = tuple(each for each in CRITERIA if each.kind is Kind.INCLUSION)
    return (*inclusion, FURTHER, *CRITERIA[len(inclusion) :])
