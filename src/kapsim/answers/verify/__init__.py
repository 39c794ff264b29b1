"""Verification of a written answer: what it displays, against the records."""

from kapsim.answers.verify.check import (
    check_answer as check_answer,
    check_text as check_text,
)
from kapsim.answers.verify.errors import UncheckableError as UncheckableError
from kapsim.answers.verify.problem import Problem as Problem
from kapsim.answers.verify.records import Records as Records
