"""kapsim: an executable, cited model of ketamine-assisted therapy for depression.

Research software. Not medical advice, and never a dosing adviser.
"""

__version__ = "0.1.0"
