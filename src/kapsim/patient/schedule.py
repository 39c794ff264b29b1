"""What happens to the patients of an arm at each node of the time grid."""

from typing import NamedTuple

from jaxtyping import Array, Bool, Float, Int

from kapsim.drug import DrugNode
from kapsim.engine.scan import AbstractSchedule


class Choices(NamedTuple):
    """What can be decided at each node of an arm whose doses depend on its people.

    Lanes and moments are those of `regimen.py`. In such an arm `PatientNode.drug` holds
    what each course brings, `dosing` and `setting` what is planned, `carry` and the
    rater's beliefs what holds for those who are given all that is planned.

    Attributes
    ----------
    starts
        Whether a dose is planned to begin in each lane.
    moment
        Number of the planned moment of dosing that a dose here would belong to.
    since
        Time since each planned moment [h]; 0 before it.
    asked
        Whether each rule is applied here.
    begun_medicines
        Number of antidepressants begun so far by plan.
    new_medicine
        Whether anybody may begin or end an antidepressant here.
    """

    starts: Bool[Array, "*nodes lanes"]
    moment: Int[Array, "*nodes"]
    since: Float[Array, "*nodes moments"]
    asked: Bool[Array, "*nodes rules"]
    begun_medicines: Int[Array, "*nodes"]
    new_medicine: Bool[Array, "*nodes"]


class PatientNode(AbstractSchedule):
    """Schedule of an arm [nodes], or one slice of it.

    Attributes
    ----------
    time, dt
        Node time and length of the step that starts there [h].
    active, slot
        Whether there is such a step; which record the node fills (-1: none).
    drug
        What is given.
    on_board
        Whether any drug of the arm may still be in the body, or a dose is felt.
    session, homework
        Sessions begun here [of 50 min], by modality; those with homework.
    gap, closeness, remote
        Time since the session before [h]; weight of the contact for the alliance (1 in
        the room, alone); 1 where the session that begins here is remote.
    ends_when_well
        1 where a person who is well enough stops coming.
    begun
        Number of planned times of dosing before this one.
    dosing, setting
        1 where a dosing visit begins, whatever is given; 1 where it is accompanied.
    antidepressant
        1 while a newly started antidepressant is taken.
    medicine, new_medicine
        Number of that antidepressant (0: none), and whether it changes here.
    masked, known
        1 where experience is masked; 1 where the arm is known (open label).
    new_day, day
        Whether a day ends here, and the number of the day that begins.
    minute
        Calendar key of a rating here: minutes since the first dose.
    rated
        Whether each scale is rated here, in the order of the cohort's scales.
    baseline
        Whether the rating here is the one that admits the patient.
    rater_sd
        Error SD of a rating here [points].
    carry, hold
        Whether a rating here carries sleep and appetite forward; whether it is held to
        be carried.
    rater_knows, rater_shares
        By how much a rating here is lower because the rater knows the arm, and for each
        unit of 2 P - 1 because the rater shares the patient's guess P [points].
    choices
        What can be decided here; None in an arm whose doses are fixed.
    """

    time: Float[Array, "*nodes"]
    dt: Float[Array, "*nodes"]
    active: Bool[Array, "*nodes"]
    slot: Int[Array, "*nodes"]
    drug: DrugNode
    on_board: Bool[Array, "*nodes"]
    session: Float[Array, "*nodes modality"]
    homework: Float[Array, "*nodes modality"]
    gap: Float[Array, "*nodes"]
    closeness: Float[Array, "*nodes"]
    remote: Float[Array, "*nodes"]
    ends_when_well: Float[Array, "*nodes"]
    begun: Int[Array, "*nodes"]
    dosing: Float[Array, "*nodes"]
    setting: Float[Array, "*nodes"]
    antidepressant: Float[Array, "*nodes"]
    medicine: Int[Array, "*nodes"]
    new_medicine: Bool[Array, "*nodes"]
    masked: Float[Array, "*nodes"]
    known: Float[Array, "*nodes"]
    new_day: Bool[Array, "*nodes"]
    day: Int[Array, "*nodes"]
    minute: Int[Array, "*nodes"]
    rated: Bool[Array, "*nodes scales"]
    baseline: Bool[Array, "*nodes"]
    rater_sd: Float[Array, "*nodes"]
    carry: Bool[Array, "*nodes"]
    hold: Bool[Array, "*nodes"]
    rater_knows: Float[Array, "*nodes"]
    rater_shares: Float[Array, "*nodes"]
    choices: Choices | None = None
