"""What drawing all trials from one cohort holds for, and where it does not."""

from collections.abc import Iterator

from kapsim.trial.power.request import TrialRequest
from kapsim.trial.protocol import Protocol


def validity(request: TrialRequest) -> Iterator[str]:
    """Why drawing replicates from one cohort is sound, and where it is not."""
    yield (
        f"Replicates are drawn from one cohort of {request.cohort:,} persons, without "
        "replacement within a trial. This is valid because as simulated no person's "
        "course depends on who else is in the trial, and because doses that depend on "
        "a visit depend on the person's own ratings only."
    )
    share = sum(request.sizes[-1].values()) / request.cohort
    yield (
        f"The largest trial takes {100 * share:.1f} % of the cohort. The variance of a "
        "difference of scores between trials falls short of that in an endless "
        "population by the square of the error of its truth; without the drug by "
        "nothing."
    )
    yield _beyond(request.protocol)
    if request.protocol.design.margin is not None:
        yield (
            "Tests are held against a margin. Trials without the drug then tell how "
            "often equal arms are found to be within it, which is no error of the "
            "first kind."
        )
    yield (
        "Without the drug every arm is what its control is. Where the drug is only "
        "felt it is guessed and hoped for as before, but does nothing else: what is "
        "still found is found through the broken blind."
    )


def _beyond(protocol: Protocol) -> str:
    """Designs for which drawing from one cohort would not be valid."""
    adaptive = (
        "It would not be valid for designs in which the allocation answers to results "
        "(response-adaptive randomisation)"
    )
    of_groups = [
        arm.name for arm in protocol.arms if any(one.group for one in arm.sessions)
    ]
    if not of_groups:
        return (
            f"{adaptive}, or for groups whose members affect each other beyond what "
            "their sites share: this design has neither."
        )
    return (
        f"{adaptive}, which kapsim does not have. Nor is it valid for groups whose "
        "members affect each other or share a therapist, and this design has sessions "
        f"in a group ({', '.join(of_groups)}): they are simulated and analysed as if "
        "everybody were treated alone, without variance between groups or therapists "
        "(ICC 0). Standard errors are too small and power too high by the design "
        "effect 1 + (m - 1) ICC."
    )
