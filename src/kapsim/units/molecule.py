"""What a stated amount of ketamine is an amount of: nothing may be left implied."""

import enum


class Enantiomer(enum.StrEnum):
    """Which mirror form of ketamine."""

    RACEMATE = "racemate"
    S = "S"
    R = "R"


class SaltForm(enum.StrEnum):
    """What the stated amount weighs: the free base, or its hydrochloride salt."""

    BASE = "base"
    HYDROCHLORIDE = "hydrochloride"
