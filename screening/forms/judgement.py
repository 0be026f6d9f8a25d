"""The reason of a judgement: asked beside each answer that the protocol leaves to the investigator."""

from trialsite.crf.variables import Text, answered

HINT = "As the investigator judged; whoever enters it writes down the investigator's reason, without a name."


def reason_of(
    judgement: str, *codes: str, label: str, feeds: tuple[str, ...], visits: tuple[str, ...] = ()
) -> Text:
    """The reason that belongs to an answer, asked when that was one of the codes.

    It is evidence of the criterion that reads the answer (`feeds`), and changes no verdict.
    """
    return Text(label, wide=True, when=answered(judgement, *codes), hint=HINT, feeds=feeds, visits=visits)
