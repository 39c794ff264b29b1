"""The page and the figures of a calibration."""

from kapsim.report.calibration.page import (
    write_calibration_report as write_calibration_report,
)
