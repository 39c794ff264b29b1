"""The words for the design and the analysis of a trial."""

import enum


class ProtocolRole(enum.StrEnum):
    """How a published study may be used."""

    CALIBRATION = "calibration"
    DEVELOPMENT_CHECK = "development_check"


class DesignKind(enum.StrEnum):
    """How the arms of a trial stand to each other."""

    PARALLEL = "parallel"
    CROSSOVER = "crossover"
    FACTORIAL = "factorial"
    WITHDRAWAL = "withdrawal"
    SINGLE_ARM = "single arm"


class Objective(enum.StrEnum):
    """Whether it is to be shown better, not worse, or alike."""

    SUPERIORITY = "superiority"
    NON_INFERIORITY = "non-inferiority"
    EQUIVALENCE = "equivalence"

    @property
    def needs_margin(self) -> bool:
        """Whether it is held against a margin."""
        return self is not Objective.SUPERIORITY


class Standing(enum.StrEnum):
    """How a person stands at a visit."""

    RESPONSE = "response"
    NO_RESPONSE = "no response"
    REMISSION = "remission"
    NO_REMISSION = "no remission"

    @property
    def of_response(self) -> bool:
        """Whether it is about response, and so about the baseline too."""
        return self in (Standing.RESPONSE, Standing.NO_RESPONSE)

    @property
    def met(self) -> bool:
        """Whether the rule must be met, not missed."""
        return self in (Standing.RESPONSE, Standing.REMISSION)


class Covariate(enum.StrEnum):
    """What is known of a person at entry, to stratify by or to adjust for."""

    SEVERITY = "severity"
    FEMALE = "female"
    FAILURES = "failures"
    AGE = "age"
    SITE = "site"


class Multiplicity(enum.StrEnum):
    """How the error of the first kind is kept over several tests."""

    NONE = "none"
    BONFERRONI = "bonferroni"
    HOLM = "holm"
    HOCHBERG = "hochberg"
    FIXED_SEQUENCE = "fixed sequence"


class Imputation(enum.StrEnum):
    """What is put in place of a score that was not seen."""

    NONE = "none"
    AT_RANDOM = "at random"
    JUMP_TO_REFERENCE = "jump to reference"
    COPY_REFERENCE = "copy reference"
    COPY_INCREMENTS = "copy increments"


class Spending(enum.StrEnum):
    """How the error of the first kind is spent over the looks."""

    OBRIEN_FLEMING = "obrien-fleming"
    POCOCK = "pocock"
    HWANG_SHIH_DECANI = "hwang-shih-decani"
    KIM_DEMETS = "kim-demets"

    @property
    def has_shape(self) -> bool:
        """Whether it is a family with a parameter."""
        return self in (Spending.HWANG_SHIH_DECANI, Spending.KIM_DEMETS)


class Method(enum.StrEnum):
    """How arms are compared on a score."""

    MMRM = "mmrm"
    ANCOVA = "ancova"
    T_TEST = "t test"


class Strategy(enum.StrEnum):
    """What becomes of scores after treatment stopped or rescue was given."""

    TREATMENT_POLICY = "treatment policy"
    HYPOTHETICAL = "hypothetical"
    COMPOSITE = "composite"
    WHILE_ON_TREATMENT = "while on treatment"


class EndpointRole(enum.StrEnum):
    """Whether the trial stands or falls with an endpoint."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
