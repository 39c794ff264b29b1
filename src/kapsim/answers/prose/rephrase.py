"""The account in other words, by a language model that may change nothing else."""

import re

from kapsim.answers.answer import Answer, Section, Sentence
from kapsim.answers.formats.words import REPHRASED
from kapsim.answers.prose.errors import ModelError
from kapsim.answers.prose.guard import objection, without_citations
from kapsim.answers.prose.model import Model

_ASKED = (
    "Rewrite the numbered sentences of one section of a review so that they read "
    "fluently one after the other. Keep every sentence, its number, its order, its "
    "meaning, every figure and unit as written, every negation, and the keys in square "
    "brackets before its full stop. Add nothing: no fact, no name, no quotation, no "
    "source. Answer with the numbered sentences only, one a line."
)
_NUMBERED = re.compile(r"\s*S(\d+)[.:]\s+(.+)")
_EXCERPT = 120  # characters of a sentence in a report


def rephrase(answer: Answer, model: Model) -> Answer:
    """The answer with its account in other words, where these pass the guard.

    Only the account is sent, and nothing of the reader's own documents.

    Parameters
    ----------
    answer
        As composed.
    model
        The language model that the reader named.

    Returns
    -------
    Answer
        With a notice that says so; `dropped` says why sentences were not taken, whose
        original stays.

    Raises
    ------
    ModelError
        If the model cannot be reached or does not answer.
    """
    if not answer.account:
        return answer
    dropped = list(answer.dropped)
    sections = tuple(_rewritten(one, model, dropped) for one in answer.account)
    if sections == answer.account:
        return answer.model_copy(update={"dropped": tuple(dropped)})
    notice = (
        f"{REPHRASED} {' '.join(model.name.split())}; its citations and numbers were "
        "held to the records, its meaning was not checked."
    )
    update = {
        "account": sections,
        "dropped": tuple(dropped),
        "notice": f"{answer.notice} {notice}".strip(),
    }
    return answer.model_copy(update=update)


def _rewritten(section: Section, model: Model, dropped: list[str]) -> Section:
    """The section in other words; adds to `dropped` why sentences were not taken."""
    lines = _lines(_asked(section, model))
    kept = []
    for number, original in enumerate(section.sentences, start=1):
        text = lines.pop(number, None)
        why = (
            "left out"
            if text is None
            else objection(text, original.sources, original.text)
        )
        if text is None or why:
            dropped.append(
                f"{section.heading}: {why}: “{_short(text or original.text)}”"
            )
            kept.append(original)
        else:
            kept.append(original.model_copy(update={"text": without_citations(text)}))
    dropped.extend(
        f"{section.heading}: a sentence that was not asked for: “{_short(text)}”"
        for text in lines.values()
    )
    return section.model_copy(update={"sentences": tuple(kept)})


def _asked(section: Section, model: Model) -> str:
    """What the model answers to the sentences of a section."""
    from kapsim.answers.prose.client import post

    numbered = enumerate(section.sentences, start=1)
    text = "\n".join(f"S{number}: {_with_keys(one)}" for number, one in numbered)
    request = {
        "model": model.name,
        "temperature": 0,
        "seed": 0,
        "messages": [
            {"role": "system", "content": _ASKED},
            {"role": "user", "content": text},
        ],
    }
    answer = post(model, "chat/completions", request)
    try:
        content = answer["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError) as error:
        content = error
    if not isinstance(content, str):
        raise ModelError(
            f"{model.address} answered without a text. Is {model.name} a model for "
            "conversation?"
        )
    return content


def _with_keys(sentence: Sentence) -> str:
    return f"{sentence.text.removesuffix('.')} [{'; '.join(sentence.sources)}]."


def _lines(text: str) -> dict[int, str]:
    """Sentences by number; of several with one number, the first."""
    found: dict[int, str] = {}
    for line in text.splitlines():
        match = _NUMBERED.fullmatch(line)
        if match:
            found.setdefault(int(match[1]), match[2].strip())
    return found


def _short(text: str) -> str:
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT].rstrip()} …"
