"""The mechanisms of each room that a virtual patient is made of."""

import equinox as eqx

from kapsim.brain import Consolidation, Relaxation, Surge, Window
from kapsim.drug import (
    BackgroundAntidepressant,
    Cardiovascular,
    Dissociation,
    Drive,
    DrugHigh,
    FeltEffect,
    Occupancy,
    Sedation,
)
from kapsim.mind import (
    Behaviour,
    BeliefLearner,
    Body,
    Contest,
    Credibility,
    Defeat,
    Mood,
    Places,
    Rumination,
    SelfEfficacy,
    Severity,
)
from kapsim.therapy import (
    Alliance,
    Attendance,
    Effort,
    Expectancy,
    Experience,
    Guess,
    Insight,
    Modality,
    Reliance,
    SelfBlame,
    Skill,
    Trait,
)


class Pharmacology(eqx.Module):
    """Acute effects of the drug room."""

    occupancy: Occupancy
    drive: Drive
    dissociation: Dissociation
    high: DrugHigh
    sedation: Sedation
    cardiovascular: Cardiovascular
    felt: FeltEffect
    antidepressant: BackgroundAntidepressant


class Brain(eqx.Module):
    """Mechanisms of the brain room."""

    relaxation: Relaxation
    surge: Surge
    window: Window
    consolidation: Consolidation


class Therapy(eqx.Module):
    """Mechanisms of the therapy room."""

    modality: Modality
    attendance: Attendance
    alliance: Alliance
    skill: Skill
    insight: Insight
    trait: Trait
    self_blame: SelfBlame
    effort: Effort
    reliance: Reliance
    guess: Guess
    expectancy: Expectancy
    experience: Experience


class Mind(eqx.Module):
    """Mechanisms of the mind room."""

    learner: BeliefLearner
    behaviour: Behaviour
    rumination: Rumination
    credibility: Credibility
    body: Body
    self_efficacy: SelfEfficacy
    contest: Contest
    defeat: Defeat
    places: Places
    mood: Mood
    severity: Severity
