"""What is allowed in a protocol but worth saying before it is run."""

from collections.abc import Iterator

from kapsim.trial.protocol.protocol import Protocol
from kapsim.trial.protocol.texts import moment_text


def remarks(protocol: Protocol) -> tuple[str, ...]:
    """Remarks for the person who runs it, in words; empty if there are none."""
    return tuple(_remarks(protocol))


def _remarks(protocol: Protocol) -> Iterator[str]:
    last, baseline = protocol.horizon_h, protocol.baseline_visit
    for arm in protocol.arms:
        for what, times in (
            ("dose", arm.dose_times_h),
            ("session", arm.session_times_h),
            ("change of antidepressant", protocol.antidepressant_of(arm).changes_h),
        ):
            late = [time for time in times if time >= last]
            if late:
                yield (
                    f"arm {arm.name!r}: {what} on {moment_text(late[0])} comes after "
                    f"the last visit ({protocol.visits[-1].at}) and is not simulated"
                    + (f", nor are {len(late) - 1} more." if late[1:] else ".")
                )
        early = [time for time in arm.session_times_h if time < baseline.time_h]
        if early:
            yield (
                f"arm {arm.name!r}: session on {moment_text(early[0])} precedes the "
                f"baseline rating ({baseline.at}), which then includes its effect."
            )
    for measure in protocol.measures:
        if measure not in protocol.rules:
            rule = protocol.rule(measure)
            if rule.response_percent is not None and rule.remission_at_most is not None:
                yield (
                    f"{measure.value}: default rules, response from "
                    f"{rule.response_percent:g} % fall, remission at most "
                    f"{rule.remission_at_most:g}."
                )
