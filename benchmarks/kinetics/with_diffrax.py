"""diffrax: an adaptive method over a block of people at once, float64, compiled."""

import diffrax  # pyright: ignore[reportMissingImports]
import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.kinetics import problem, timing

jax.config.update("jax_enable_x64", True)

BLOCK = 256
METHODS = {
    "Tsit5": diffrax.Tsit5,
    "Dopri8": diffrax.Dopri8,
    "Kvaerno5": diffrax.Kvaerno5,
}


def task(method: str, tolerance: float):
    """Function from weight, V1, CL, VN and CLN at that weight [n, 5] to levels."""
    jumps = jnp.asarray(np.sort(np.concatenate([problem.STARTS, problem.STOPS])))
    starts, stops = jnp.asarray(problem.STARTS), jnp.asarray(problem.STOPS)
    sampled = jnp.asarray(problem.SAMPLED)

    def slopes(t, y, own):
        flows = jnp.any((starts <= t) & (t < stops))
        per_kg = jnp.where(flows, problem.MG_PER_KG / problem.DURATION_H, 0.0)
        return jnp.stack(problem.rates(y, per_kg, *own))

    def one(own):
        found = diffrax.diffeqsolve(
            diffrax.ODETerm(slopes),
            METHODS[method](),
            0.0,
            problem.END_H,
            0.05,
            jnp.zeros(5),
            args=own,
            saveat=diffrax.SaveAt(ts=sampled),
            stepsize_controller=diffrax.ClipStepSizeController(
                diffrax.PIDController(rtol=tolerance, atol=tolerance),
                jump_ts=jumps,
            ),
            max_steps=None,
            adjoint=diffrax.ForwardMode(),
        )
        assert found.ys is not None
        amounts = found.ys[:, jnp.asarray([0, 3])]
        return 1e3 * amounts / own[jnp.asarray([1, 3])]

    return jax.jit(jax.vmap(one))


def main() -> None:
    """Time it."""
    given = timing.arguments(__doc__)
    own = problem.read(given.folder, given.patients).own()
    levels = task(given.way, given.tolerance)
    timing.measure(
        given,
        lambda: np.concatenate(
            [
                np.asarray(levels(own[i : i + BLOCK]))
                for i in range(0, given.patients, BLOCK)
            ]
        ),
    )


if __name__ == "__main__":
    main()
