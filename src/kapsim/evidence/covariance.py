"""Covariance of the between-person effects that records state.

Plain Python, as every command loads it: NumPy would be a fifth of a second to each.
"""

from collections.abc import Iterable, Iterator, Sequence

from kapsim.evidence.schema import Parameter


def covariance_matrix(varied: Sequence[Parameter]) -> list[list[float]]:
    """Covariance matrix, row by row, of random effects on the transformed scale.

    Rows are in the given order. A covariance may be stated on either of its two
    records, or on both; what is not stated is zero.

    Parameters
    ----------
    varied
        Records with a spread; all that covary with one of them must be among them.
    """
    place = {record.id: index for index, record in enumerate(varied)}
    matrix = [[0.0] * len(varied) for _ in varied]
    for record in varied:
        if record.between is None:
            raise ValueError(f"{record.id} has no spread between persons")
        here = place[record.id]
        matrix[here][here] = record.between.sd**2
        for other, value in record.between.covariance.items():
            matrix[here][place[other]] = matrix[place[other]][here] = value
    return matrix


def covariance_problems(parameters: dict[str, Parameter]) -> Iterator[tuple[str, str]]:
    """Records whose covariances cannot be, each with what is wrong."""
    joined: set[str] = set()
    for record in parameters.values():
        for other, value in record.between.covariance.items() if record.between else ():
            problem = _pair_problem(parameters, record, other, value)
            if problem:
                yield record.id, problem
            else:
                joined |= {record.id, other}
    if joined and not _positive_definite(parameters[name] for name in sorted(joined)):
        names = sorted(joined)
        yield (
            names[0],
            (
                f"the covariances among {', '.join(names)} are not positive definite "
                "together: lower one of them"
            ),
        )


def _pair_problem(
    parameters: dict[str, Parameter], record: Parameter, other: str, value: float
) -> str | None:
    if other == record.id:
        return "covaries with itself: its variance is `sd` squared"
    if other not in parameters:
        return f"covaries with {other}, which is not recorded: add it or correct the id"
    partner, own = parameters[other].between, record.between
    if partner is None or own is None:
        return f"covaries with {other}, which has no spread: give it `between`"
    stated = partner.covariance.get(record.id, value)
    if stated != value:
        return f"covariance with {other} is {value:g} here and {stated:g} there"
    if abs(value) >= own.sd * partner.sd:
        return (
            f"covariance {value:g} with {other} is not positive definite: it must stay "
            f"smaller than the product of the two sd, {own.sd * partner.sd:g}"
        )
    return None


def _positive_definite(varied: Iterable[Parameter]) -> bool:
    """Whether elimination meets positive pivots only."""
    rows = covariance_matrix(tuple(varied))
    while rows:
        (pivot, *first), *rest = rows
        if pivot <= 0:
            return False
        rows = [
            [
                entry - head * above / pivot
                for entry, above in zip(row, first, strict=True)
            ]
            for head, *row in rest
        ]
    return True
