"""Whether a question tells of danger to life, where help must be named before all else.

Questions of research speak of suicide and of overdose too; so what counts is that one
person wants to die, has taken too much or does not wake, and not the words as such.
"""

import re

from kapsim.answers.plain_words import plainly

_CLOSE = (
    r"(my|our|this) (\w+ )?(wife|husband|partner|girlfriend|boyfriend|mother|mom|mum|"
    r"father|dad|parent|son|daughter|child|kid|brother|sister|friend|roommate|flatmate|"
    r"neighbour|colleague|patient|client|student)"
)
_ONE = rf"\b(i|im|ive|id|ill|he|she|hes|shes|({_CLOSE}))\b"
_SOON = r"( \w+){0,4}?"
_SELF = r"(myself|himself|herself|themselves)"
_LIFE = r"(my|his|her|their) (own )?life"
_HARM = r"(kill|killing|hurt|hurting|harm|harming)"
_WANTS = (
    r"(wants?|wanted|wanting|going|gonna|plans?|planning|tried|trying|tries|ready|wish|"
    r"wishes|threatens?|thinking|thinks|thoughts|about|would|better)"
)
_TO_DIE = (
    rf"(die|dying|dead|{_HARM} {_SELF}|suicide|(end|ending) (it|it all|{_LIFE})|"
    rf"(take|taking) {_LIFE})"
)
_NOT_TO_LIVE = (
    r"(not|no longer)( \w+){0,3}? (live any ?more|be alive|want to (live|be here)|"
    r"wake up|go on living|keep living)"
)
_SUICIDAL = (
    r"(am|im|is|hes|shes|are|was|been|feels?|feeling|felt|seems?|became|got)( \w+)? "
    r"suicidal|(have|has|having|had)( \w+)? suicidal thoughts|(\w+ )?suicidal"
)
_TOOK = r"(took|taken|take|swallowed|injected|snorted|drank)"
_ALL = r"(the|a) whole (bottle|pack|packet|box|vial)"
_TOO_MUCH = rf"(too much|too many|an overdose|{_ALL})"
_NOT_AWAKE = (
    r"(is |are |am |was |seems |will |can |has )?(\w+ )?(unconscious|not breathing|"
    r"not breathe|cannot breathe|not wake|not waking|stopped breathing|"
    r"having a seizure)"
)
_DANGER = re.compile(
    rf"{_ONE}{_SOON} ({_WANTS}( \w+){{0,2}}? {_TO_DIE}|{_NOT_TO_LIVE}|"
    rf"{_TOOK}{_SOON} {_TOO_MUCH}|overdosed|overdosing|od|{_NOT_AWAKE})\b"
    rf"|{_ONE}( have| has)? ({_NOT_AWAKE}|{_SUICIDAL})\b"
    rf"|\b({_HARM}|cutting) myself\b|\bend my (own )?life\b"
)
_SUPPOSED = re.compile(
    r"\b(if|when|once) ((you|one|people|patients|someone)\b|a patient)"
)


def emergency(text: str) -> bool:
    """Whether one person, who asks or is asked about, seems to be in danger of life."""
    said = plainly(text)
    return bool(_DANGER.search(said)) and not _SUPPOSED.search(said)
