"""What a virtual trial answers, in plain sentences."""

from collections.abc import Iterator

from kapsim.report.trial.record import Question, Row, questions
from kapsim.report.trial.words import NONE, number, share_range, unit_of

_PERCENT = "\N{NO-BREAK SPACE}%"


def answer(data: Row) -> list[str]:
    """Sentences on the first primary endpoint at the size that is shown.

    Power with the expected effect and its spread; how often the blind fails and what
    a felt but inert drug would do, which is the causal answer to how much is felt; and
    what an adjustment for guesses would leave, which is none. What is not known is left
    out.
    """
    question = questions(data)[0]
    row = question.at(data["shown"])
    if row is None:
        return []
    return [
        *_found(data, question, row),
        *_expected(question, row),
        *_blind(question, row),
        *_left(data.get("blinding") or {}),
    ]


def _percent(share: float | int) -> str:
    """A share in words that never claim never or always."""
    value = 100 * share
    if 0 < value < 1:
        return f"less than 1{_PERCENT}"
    return f"more than 99{_PERCENT}" if 99 < value < 100 else f"{value:.0f}{_PERCENT}"


def _found(data: Row, question: Question, row: Row) -> Iterator[str]:
    power = row.get("power")
    who = f"With {row['per_arm']:,} patients per arm"
    if row.get("n_total"):
        who += f" ({row['n_total']:,.0f} in all)"
    if power is None:
        yield f"{who}, no trial gave a test of {question.title}."
        return
    ends = share_range(row, "power")
    known = "" if ends == NONE else f" (Monte Carlo {ends}{_PERCENT})"
    said = f"{who}, {_percent(power)} of trials{known} succeed on {question.title}"
    yield f"{said}{_verdict(data, question, row)}."


def _verdict(data: Row, question: Question, row: Row) -> str:
    """What succeeding means, and what else the test does."""
    if question.margin:
        off = _percent_of(row, "type_1", "; of trials with equal arms {} do")
        return f": {row['tested']} is shown{off}"
    first, second = _arms(data, question)
    said = f": they reject in favour of {first}"
    if row.get("for_comparator") is not None:
        said += f"; {_percent(row['for_comparator'])} reject in favour of {second}"
    off = "; with the drug switched off, {} reject in either direction"
    return said + _percent_of(row, "type_1", off)


def _percent_of(row: Row, key: str, said: str) -> str:
    return "" if row.get(key) is None else said.format(_percent(row[key]))


def _arms(data: Row, question: Question) -> tuple[str, str]:
    """The arms of a comparison by name, in its order."""
    for one in data.get("comparisons") or ():
        if one["id"] == question.comparison:
            return one["treatment"], one["control"]
    return "the first arm", "the comparator"


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


def _blind(question: Question, row: Row) -> Iterator[str]:
    parts = []
    if row.get("failed_blind") is not None:
        parts.append(f"the blind fails in {_percent(row['failed_blind'])} of trials")
    if row.get("felt_only") is not None:
        parts.append(
            "a drug that is felt but does nothing else would succeed in "
            f"{_percent(row['felt_only'])}{_owed(question, row)}"
        )
    if parts:
        said = "; ".join(parts)
        yield f"{said[0].upper()}{said[1:]}."


def _owed(question: Question, row: Row) -> str:
    """The true effect that is there without the drug's action, and its share."""
    unit = unit_of(question.endpoint.get("unit"))
    whole, felt = row.get("truth"), row.get("truth_felt_only")
    if unit.ratio or whole is None or felt is None:
        return ""
    said = f", with {unit.text(felt)} of {unit.text(whole)} {unit.name}"
    if row.get("felt_share") is None:
        return said
    ends = share_range(row, "felt_share")
    known = "" if ends == NONE else f", {ends}{_PERCENT}"
    share = f"{number(100 * row['felt_share'], 0)}{_PERCENT}{known}"
    return (
        f"{said} ({share}): this is caused by what is felt, as the same people are "
        "simulated with all else that the drug does switched off"
    )


def _left(blinding: Row) -> Iterator[str]:
    half, plain = blinding.get("adjusted_at_half"), blinding.get("unadjusted")
    if half is None or plain is None:
        return
    what = " at ".join(filter(None, (blinding.get("measure"), blinding.get("visit"))))
    yield (
        "A real trial can only adjust for guesses: with right guesses at one half, "
        f"{number(half, 1)} of {number(plain, 1)} points would remain"
        f"{f' ({what})' if what else ''}. What this takes away is not what is caused "
        "by feeling the drug: guesses follow improvement too, and guesses at one half "
        "leave differences between arms in what is believed."
    )
