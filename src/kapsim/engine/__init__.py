"""Time, randomness, stepping, storing: all that does not know what is simulated."""

from kapsim.engine.grid import StepRule as StepRule, build_grid as build_grid
from kapsim.engine.mechanism import (
    AbstractMechanism as AbstractMechanism,
    AbstractReadout as AbstractReadout,
    AbstractTrialLearner as AbstractTrialLearner,
    run_trials as run_trials,
)
from kapsim.engine.outcome import Outcome as Outcome
from kapsim.engine.parameter import (
    InvalidParameterError as InvalidParameterError,
    build as build,
    check_bounds as check_bounds,
    internal_bounds as internal_bounds,
    param as param,
    records as records,
)
from kapsim.engine.scan import (
    WIDTH as WIDTH,
    AbstractSchedule as AbstractSchedule,
    AbstractSystem as AbstractSystem,
    cast as cast,
    pad_schedule as pad_schedule,
    simulate as simulate,
    simulate_shared as simulate_shared,
)
