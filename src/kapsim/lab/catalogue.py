"""From the name of an experiment to its module."""

import importlib

from kapsim.lab.experiment import Experiment
from kapsim.lab.published import published


def experiment(name: str) -> Experiment:
    """The experiment of that name.

    Raises
    ------
    LabError
        If there is none.
    """
    topic = published(name).topic
    module = f"kapsim.lab.experiments.{topic}.{name.replace('-', '_')}"
    return importlib.import_module(module).EXPERIMENT
