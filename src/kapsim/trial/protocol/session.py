"""A therapy session: what is done in it, how long, and when."""

from typing import Annotated

from pydantic import Field

from kapsim.trial.protocol.element import Number, Switch
from kapsim.trial.protocol.schedule import Scheduled
from kapsim.trial.protocol.terms import Modality


class Session(Scheduled):
    """Sessions of one kind, held once or repeatedly."""

    modality: Modality = Field(description="What is done in the session.")
    minutes: Annotated[Number, Field(gt=0, lt=1440)] = Field(
        description="Length of one session [min]; shorter than a day.", examples=[50]
    )
    homework: Switch = Field(
        default=False, description="Whether it is continued between sessions."
    )
    remote: Switch = Field(
        default=False, description="Whether it is held by telephone or video."
    )

    @property
    def duration_h(self) -> float:
        """Length of one session [h]."""
        return self.minutes / 60.0
