"""The credibility report: what kapsim may be used for, and what speaks for that.

It is made from the reports that the other checks leave in the repository, and from
nothing else, so that it cannot say more than they do.
"""

from kapsim.report.credibility.writing import (
    pages as pages,
    write_credibility as write_credibility,
)
