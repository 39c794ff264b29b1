"""The page of the rival explanations, and of studies foretold from the others."""

from kapsim.report.rivals.page import write_rivals_report as write_rivals_report
