"""What a virtual trial answers, in plain sentences."""

from collections.abc import Iterator

from kapsim.report.trial.record import Question, Row, questions
from kapsim.report.trial.words import NONE, number, unit_of

_PERCENT = "\N{NO-BREAK SPACE}%"


def answer(data: Row) -> list[str]:
    """Sentences on the first primary endpoint at the size that is shown.

    Power with the expected effect and its spread, how often the blind fails and what
    a felt but inert drug would do, and what is left of the effect with right guesses
    at one half; what is not known is left out.
    """
    question = questions(data)[0]
    row = question.at(data["shown"])
    if row is None:
        return []
    return [
        *_found(question, row),
        *_expected(question, row),
        *_blind(data, question, row),
    ]


def _percent(share: float | int) -> str:
    """A share in words that never claim never or always."""
    value = 100 * share
    if 0 < value < 1:
        return f"less than 1{_PERCENT}"
    return f"more than 99{_PERCENT}" if 99 < value < 100 else f"{value:.0f}{_PERCENT}"


def _found(question: Question, row: Row) -> Iterator[str]:
    power, se = row.get("power"), row.get("power_se")
    who = f"With {row['per_arm']:,} patients per arm"
    if row.get("n_total"):
        who += f" ({row['n_total']:,.0f} in all)"
    if power is None:
        yield f"{who}, no trial gave a test of {question.title}."
        return
    error = "" if se is None else f" (Monte Carlo error {100 * se:.1f})"
    said = f"{who}, {_percent(power)} of trials{error} succeed on {question.title}"
    if row.get("type_1") is not None:
        said += f"; with the drug switched off, {_percent(row['type_1'])} do"
    yield said + "."


def _expected(question: Question, row: Row) -> Iterator[str]:
    unit = unit_of(question.endpoint.get("unit"))
    if row.get("mean_estimate") is None:
        return
    value = unit.text(row["mean_estimate"])
    if unit.ratio:
        said = f"Expect {_article(unit.name)} {unit.name} of {value}"
    else:
        said = f"Expect a difference of {value} {unit.name}"
    spread = unit.range(row.get("low"), row.get("high"))
    if spread != NONE:
        said += f", and in a single trial anything from {spread} (95{_PERCENT} of them)"
    yield said + "."


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _blind(data: Row, question: Question, row: Row) -> Iterator[str]:
    parts = []
    if row.get("failed_blind") is not None:
        parts.append(f"the blind fails in {_percent(row['failed_blind'])} of trials")
    if row.get("felt_only") is not None:
        parts.append(
            "a drug that is felt but does nothing else would succeed in "
            f"{_percent(row['felt_only'])}{_owed(question, row)}"
        )
    parts += _left(data.get("blinding") or {})
    if parts:
        said = "; ".join(parts)
        yield f"{said[0].upper()}{said[1:]}."


def _owed(question: Question, row: Row) -> str:
    """Share of the true effect that is there without the drug's action."""
    unit = unit_of(question.endpoint.get("unit"))
    whole, felt = row.get("truth"), row.get("truth_felt_only")
    if unit.ratio or whole is None or felt is None:
        return ""
    return f", with {unit.text(felt)} of {unit.text(whole)} {unit.name}"


def _left(blinding: Row) -> Iterator[str]:
    half, plain = blinding.get("adjusted_at_half"), blinding.get("unadjusted")
    if half is None or plain is None:
        return
    what = " at ".join(filter(None, (blinding.get("measure"), blinding.get("visit"))))
    yield (
        f"with right guesses at one half, {number(half, 1)} of {number(plain, 1)} "
        f"points remain{f' ({what})' if what else ''}"
    )
