"""Protocols, arms, visits, endpoints; running and summarising a trial."""

from kapsim.trial.loading import load_protocol as load_protocol
from kapsim.trial.protocol import Protocol as Protocol
from kapsim.trial.request import RunRequest as RunRequest
from kapsim.trial.run import Run as Run, execute as execute, run as run
