"""Tables, figures and self-contained HTML pages."""

from kapsim.report.page import figure_svg as figure_svg, write_report as write_report
from kapsim.report.run_directory import RunDirectoryError as RunDirectoryError
from kapsim.report.terminal import terminal_table as terminal_table
