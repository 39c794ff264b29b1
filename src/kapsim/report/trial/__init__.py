"""The page and the terminal table of a virtual trial."""

from kapsim.report.trial.page import write_trial_report as write_trial_report
from kapsim.report.trial.terminal import power_table as power_table
