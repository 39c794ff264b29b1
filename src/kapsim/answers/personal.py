"""Whether a question asks for advice: for oneself, for one person, or what to do."""

import re

from kapsim.answers.plain_words import plain_words, plainly
from kapsim.answers.terms import spelled

_OF_ONESELF = re.compile(r"\b(i|me|my|mine|myself|im|ive)\b")
_FOR_ADVICE = re.compile(
    r"\b((do|would|can|could|should) you (recommend|advize|suggest|prescribe|take)"
    r"|you recommend|your (advice|recommendation)|recommended (dose|dosage) for an?"
    r"|(should|can|may|could|must) (he|she|his|her)"
    r"|\d+ ?(kg|kilos?|kilograms?|stone|lbs?|pounds?)\b|year old|yr old"
    r"|where (can|could) (one|you|people) (buy|get)|without a prescription)\b"
)
_NOT_ONESELF = re.compile(r"\bi\.e\b|\b(phase|type|class|part|stage|schedule) i\b")
_INTO_MUSCLE = re.compile(r"\b(IM|I\.M\.)(?=\W|$)")
_OWN_RESEARCH = re.compile(
    r"\b(my|our) ((own|next|new|planned|clinical|pilot|phd|master|virtual) )*"
    r"(stud(y|ies)|trials?|protocols?|design|thesis|dissertation|papers?|reviews?|"
    r"research|analys[ei]s|sample|simulations?|manuscript|meta analysis|control arm|"
    r"comparator|proposal|grant|experiments?|lectures?|talk|students?|model)\b"
)
_AT_WORK = re.compile(
    r"\b(i am|im|i m) an? ((gp|phd|medical|nursing|psychology|clinical|graduate|junior|"
    r"senior|research|trial|science|health|general) )*(student|trainee|resident|"
    r"registrar|clinician|therapist|psychiatrist|psychologist|doctor|gp|nurse|"
    r"researcher|statistician|trialist|journalist|writer|lecturer|teacher)\b"
)
_IN_CARE = re.compile(r"\b(my|our) ([a-z]+ )?(patients|clients|caseload)\b")
_AS_RESEARCHER = re.compile(r"\b(i|we)\b")


def personal(text: str) -> bool:
    """Whether someone asks for themselves, for one person, or what to do.

    Who speaks of a study of their own asks as a researcher, unless something else is
    theirs too. Who speaks of their patients, or says what they are by trade, does not
    ask for themselves by that.
    """
    plain = plain_words()
    text = spelled(_INTO_MUSCLE.sub(" ", text))
    kept = plain.frames.sub(" ", plainly(_NOT_ONESELF.sub(" ", text)))
    kept = _IN_CARE.sub(" ", _AT_WORK.sub(" ", kept))
    kept, of_research = _OWN_RESEARCH.subn(" ", kept)
    if of_research:
        kept = _AS_RESEARCHER.sub(" ", kept)
    return bool(_OF_ONESELF.search(kept) or _FOR_ADVICE.search(kept))
