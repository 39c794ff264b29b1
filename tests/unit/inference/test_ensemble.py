"""Points are kept and never simulated twice."""

import numpy as np

from kapsim.inference.emulation.ensemble import empty, load


def test_planned_points_wait_and_are_kept(tmp_path) -> None:
    made = empty(3, 2).planned(np.ones((4, 3)))
    made.outputs[1] = [0.5, 0.7]
    made.done[1] = 1
    made.save(tmp_path / "ensemble.npz")
    again = load(tmp_path / "ensemble.npz").planned(np.zeros((2, 3)))
    np.testing.assert_array_equal(again.round, [0, 0, 0, 0, 1, 1])
    np.testing.assert_array_equal(again.done, [0, 1, 0, 0, 0, 0])
    np.testing.assert_array_equal(again.outputs[1], [0.5, 0.7])
    assert np.isnan(again.outputs[0]).all()
    assert again.rounds == 2
    assert [path.name for path in tmp_path.iterdir()] == ["ensemble.npz"]
