"""Contacts of an arm at each node of its grid: sessions, company, antidepressants.

Sessions of an arm do not overlap, so at most one begins at a node.
"""

import numpy as np

from kapsim.engine.grid import SAME_TIME_H, node_index
from kapsim.therapy import MODALITIES
from kapsim.trial.arms.values import Setting, number
from kapsim.trial.protocol import Arm, Protocol, Session

_SESSION_MIN = 50.0
"""Minutes of the session that the effects of a modality are stated for."""


def contacts(protocol: Protocol, arm: Arm, grid: np.ndarray) -> dict[str, np.ndarray]:
    """Leaves of the schedule of an arm that tell of people and of medicines by mouth.

    Parameters
    ----------
    protocol
        The trial.
    arm
        One of its arms.
    grid
        Node times [nodes], h.
    """
    return {
        **_sessions(protocol, arm, grid),
        **_medicines(protocol, arm, grid),
        "ends_when_well": np.full(len(grid), float(arm.ends_when_well)),
        "setting": _accompanied(arm, grid),
    }


def _sessions(protocol: Protocol, arm: Arm, grid: np.ndarray) -> dict[str, np.ndarray]:
    """Sessions begun at each node, in sessions of 50 min, by modality; their frame."""
    session = np.zeros((len(grid), len(MODALITIES)))
    homework = np.zeros_like(session)
    closeness, remote = np.ones(len(grid)), np.zeros(len(grid))
    gap = np.zeros(len(grid))
    held = [meeting for meeting in arm.meetings if meeting.time_h <= grid[-1]]
    nodes = node_index(grid, [meeting.time_h for meeting in held])
    for node, meeting in zip(nodes, held, strict=True):
        item = meeting.session
        column = MODALITIES.index(item.modality.value)
        session[node, column] = _amount(protocol, item)
        homework[node, column] = item.homework * session[node, column]
        closeness[node] = _closeness(protocol, item)
        remote[node] = item.remote
    gap[nodes[1:]] = np.diff([meeting.time_h for meeting in held])
    return {
        "session": session,
        "homework": homework,
        "gap": gap,
        "closeness": closeness,
        "remote": remote,
    }


def _amount(protocol: Protocol, item: Session) -> float:
    """What a session brings to each of those in it [sessions of 50 min]."""
    share = number(protocol, Setting.GROUP_SHARE) if item.group else 1.0
    return share * item.minutes / _SESSION_MIN


def _closeness(protocol: Protocol, item: Session) -> float:
    """Weight of a session for the alliance [1]; 1 where it is alone and in a room."""
    remote = number(protocol, Setting.REMOTE_BOND) if item.remote else 1.0
    return remote * (number(protocol, Setting.GROUP_BOND) if item.group else 1.0)


def _medicines(protocol: Protocol, arm: Arm, grid: np.ndarray) -> dict[str, np.ndarray]:
    """Which newly started antidepressant is taken at each node, if any."""
    background, now = protocol.antidepressant_of(arm), grid + SAME_TIME_H
    medicine = np.searchsorted(background.starts_h, now, side="right").astype(np.int32)
    if background.until_h is not None:
        medicine[now >= background.until_h] = 0
    return {
        "antidepressant": (medicine > 0).astype(float),
        "medicine": medicine,
        "new_medicine": np.diff(medicine, prepend=np.int32(0)) != 0,
    }


def _accompanied(arm: Arm, grid: np.ndarray) -> np.ndarray:
    """1 where a dose begins while somebody is with the person."""
    times = {t for item in arm.treatments if item.accompanied for t in item.times_h}
    nodes = node_index(grid, sorted(time for time in times if time <= grid[-1]))
    return np.isin(np.arange(len(grid)), nodes).astype(float)
