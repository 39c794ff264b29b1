"""What is wrong with a protocol file, said so that a person can put it right."""

import dataclasses

from kapsim.units import KapsimError

_SHOWN = 20


@dataclasses.dataclass(frozen=True)
class Problem:
    """One thing to put right."""

    field: str
    given: str
    allowed: str
    do: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = "" if self.line is None else f"line {self.line}"
        place += "" if self.column is None else f", column {self.column}"
        head = ": ".join(part for part in (place, self.field, self.given) if part)
        return f"{head}. Allowed: {self.allowed}. {self.do}"


class ProtocolError(KapsimError, ValueError):
    """A protocol that cannot be used, with all its problems."""

    def __init__(self, origin: str, problems: tuple[Problem, ...]) -> None:
        self.origin = origin
        self.problems = problems
        super().__init__(self._text())

    def __reduce__(self) -> tuple[type, tuple[str, tuple[Problem, ...]]]:
        """Both arguments, so that it survives the way between processes."""
        return type(self), (self.origin, self.problems)

    def _text(self) -> str:
        if len(self.problems) == 1:
            return f"{self.origin}: {self.problems[0]}"
        lines = [f"\n  {problem}" for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            lines.append(f"\n  and {len(self.problems) - _SHOWN} more")
        count = f"{len(self.problems)} things to put right"
        return f"{self.origin}: {count}{''.join(lines)}"
