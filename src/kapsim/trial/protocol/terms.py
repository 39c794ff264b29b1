"""The words a protocol may use."""

import enum


class Drug(enum.StrEnum):
    """What is given."""

    KETAMINE = "ketamine"
    ESKETAMINE = "esketamine"
    ARKETAMINE = "arketamine"
    MIDAZOLAM = "midazolam"
    PLACEBO = "placebo"


class Route(enum.StrEnum):
    """How it is given."""

    INTRAVENOUS = "intravenous"
    INTRAMUSCULAR = "intramuscular"
    SUBCUTANEOUS = "subcutaneous"
    NASAL = "nasal"
    SUBLINGUAL = "sublingual"
    BUCCAL = "buccal"
    ORAL = "oral"
    ORAL_EXTENDED = "oral extended release"
    RECTAL = "rectal"


class Medicine(enum.StrEnum):
    """Other medicine taken by all patients of an arm."""

    CLARITHROMYCIN = "clarithromycin"
    TICLOPIDINE = "ticlopidine"
    RIFAMPICIN = "rifampicin"
    BENZODIAZEPINE = "benzodiazepine"
    NALTREXONE = "naltrexone"


class Control(enum.StrEnum):
    """What a control arm receives in place of the treatment under study."""

    SALINE = "saline"
    MIDAZOLAM = "midazolam"
    NASAL_PLACEBO = "nasal placebo"
    SUPPORTIVE_CONTACT = "supportive contact"
    NO_TREATMENT = "no treatment"


class Modality(enum.StrEnum):
    """What is done in a session."""

    PREPARATION = "preparation"
    SUPPORT = "support"
    RESTRUCTURING = "restructuring"
    ACTIVATION = "activation"
    EXPOSURE = "exposure"
    INTEROCEPTIVE = "interoceptive"
    SELF_ASSOCIATION = "self_association"
    INTEGRATION = "integration"
    PSYCHODYNAMIC = "psychodynamic"


class SessionFormat(enum.StrEnum):
    """Who else is in a session."""

    INDIVIDUAL = "individual"
    GROUP = "group"


class TherapyEnds(enum.StrEnum):
    """When the therapy of an arm is over."""

    AS_PLANNED = "as planned"
    WHEN_WELL = "when well"


class DoseSetting(enum.StrEnum):
    """Whether somebody is with the person while a dose acts."""

    CLINICAL = "clinical"
    ACCOMPANIED = "accompanied"


class Background(enum.StrEnum):
    """Antidepressant medicine taken beside the treatments of the trial."""

    NONE = "none"
    CONTINUED = "continued"
    STARTED = "started"


class Measure(enum.StrEnum):
    """Rating scales."""

    MADRS = "MADRS"
    HDRS_17 = "HDRS-17"
    QIDS_SR = "QIDS-SR"
    PHQ_9 = "PHQ-9"
    CADSS = "CADSS"

    @property
    def self_rated(self) -> bool:
        """Whether patients fill it in themselves, whoever rates the visit."""
        return self in (Measure.QIDS_SR, Measure.PHQ_9)


class Rater(enum.StrEnum):
    """Who rates the clinician's scales at a visit."""

    BLINDED = "blinded"
    UNBLINDED = "unblinded"
    CENTRAL = "central"
    SELF = "self"


class EndpointKind(enum.StrEnum):
    """What is computed for each arm."""

    MEAN = "mean"
    CHANGE = "change"
    RESPONSE = "response"
    REMISSION = "remission"


class Metric(enum.StrEnum):
    """What a published figure is."""

    MEAN = "mean"
    CHANGE_MEAN = "change_mean"
    CHANGE_LS_MEAN = "change_ls_mean"
    RESPONSE_PERCENT = "response_percent"
    RESPONSE_COUNT = "response_count"
    REMISSION_PERCENT = "remission_percent"
    REMISSION_COUNT = "remission_count"

    @property
    def is_count(self) -> bool:
        """Whether the figure is a number of patients, to be read against `n`."""
        return self in (Metric.RESPONSE_COUNT, Metric.REMISSION_COUNT)


class Grade(enum.StrEnum):
    """Whether a published figure was read at its source or is remembered."""

    SEEN = "seen"
    RECALLED = "recalled"


class Hypothesis(enum.StrEnum):
    """Rival explanations and contested couplings that can be switched on or off."""

    H1 = "asymmetric_learning"
    H2 = "loss_valuation"
    H3 = "symmetric_relaxation_plasticity"
    H4 = "direct_mood_lift"
    H5 = "expectancy_only"
    INTEROCEPTIVE_PRECISION = "interoceptive_precision"
    LEARNED_VOLATILITY = "learned_volatility"
    MOOD_BIASED_PERCEPTION = "mood_biased_perception"
    RELIEF_SEEKING = "relief_seeking"


class Loop(enum.StrEnum):
    """Loops by which beliefs make their own evidence, and that can be cut."""

    BEHAVIOUR = "behaviour"
    RUMINATION = "rumination"
    SELF_CRITICISM = "self_criticism"
    BODY = "body"
    SELF_EFFICACY = "self_efficacy"
    DEFEAT = "defeat"
    PLACES = "places"
