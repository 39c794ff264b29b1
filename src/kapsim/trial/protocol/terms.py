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


class CareSetting(enum.StrEnum):
    """Where patients are treated."""

    OUTPATIENT = "outpatient"
    INPATIENT = "inpatient"


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
    RELAPSE = "relapse"
    ITEMS = "items"
    ORDINAL = "ordinal"


class Metric(enum.StrEnum):
    """What a published figure is."""

    MEAN = "mean"
    CHANGE_MEAN = "change_mean"
    CHANGE_LS_MEAN = "change_ls_mean"
    PERCENT_CHANGE_MEAN = "percent_change_mean"
    RESPONSE_PERCENT = "response_percent"
    RESPONSE_COUNT = "response_count"
    REMISSION_PERCENT = "remission_percent"
    REMISSION_COUNT = "remission_count"
    RELAPSE_PERCENT = "relapse_percent"
    MEDIAN_DAYS_TO_RELAPSE = "median_days_to_relapse"
    MEAN_DIFFERENCE = "mean_difference"
    LS_MEAN_DIFFERENCE = "ls_mean_difference"
    COHENS_D = "cohens_d"
    RESPONSE_DIFFERENCE_PERCENT = "response_difference_percent"
    REMISSION_DIFFERENCE_PERCENT = "remission_difference_percent"
    RESPONSE_ODDS_RATIO = "response_odds_ratio"
    RELAPSE_HAZARD_RATIO = "relapse_hazard_ratio"

    @property
    def is_count(self) -> bool:
        """Whether the figure is a number of patients, to be read against `n`."""
        return self in (Metric.RESPONSE_COUNT, Metric.REMISSION_COUNT)

    @property
    def is_contrast(self) -> bool:
        """Whether two arms are compared: the first with the one it is held against."""
        return self.is_ratio or self in (
            Metric.MEAN_DIFFERENCE,
            Metric.LS_MEAN_DIFFERENCE,
            Metric.COHENS_D,
            Metric.RESPONSE_DIFFERENCE_PERCENT,
            Metric.REMISSION_DIFFERENCE_PERCENT,
        )

    @property
    def is_ratio(self) -> bool:
        """Whether it is a ratio, which is worked with by its logarithm."""
        return self in (Metric.RESPONSE_ODDS_RATIO, Metric.RELAPSE_HAZARD_RATIO)

    @property
    def is_relapse(self) -> bool:
        """Whether it is about people who were well at an earlier visit."""
        return self in (
            Metric.RELAPSE_PERCENT,
            Metric.MEDIAN_DAYS_TO_RELAPSE,
            Metric.RELAPSE_HAZARD_RATIO,
        )

    @property
    def is_share(self) -> bool:
        """Whether it is a share of the patients of one arm."""
        return self.is_count or self in (
            Metric.RESPONSE_PERCENT,
            Metric.REMISSION_PERCENT,
            Metric.RELAPSE_PERCENT,
        )

    @property
    def may_count_missing(self) -> bool:
        """Whether patients who were not seen can be counted as failures."""
        return self.is_share or self in (
            Metric.RESPONSE_DIFFERENCE_PERCENT,
            Metric.REMISSION_DIFFERENCE_PERCENT,
            Metric.RESPONSE_ODDS_RATIO,
        )


class Among(enum.StrEnum):
    """Of whom relapse is counted."""

    RESPONSE = "response"
    REMISSION = "remission"
    ALL = "all"


class Missing(enum.StrEnum):
    """What becomes of patients who were not seen, where a share is counted."""

    COMPLETERS = "completers"
    FAILURE = "failure"


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
