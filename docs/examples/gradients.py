import jax
from scipy.optimize import root_scalar

import kapsim

LIFT = "mind.mood.b_p"
model = kapsim.differentiable(
    "docs/examples/my-trial.yaml", "ketamine and therapy", people=64
)
DAY_1 = model.times_h.tolist().index(24.0)


def day_1(parameters):
    return model(parameters)[DAY_1].mean()


# every sensitivity in one call: what 10 % more of a parameter does [MADRS point]
derive = jax.jit(jax.value_and_grad(day_1))
severity, slopes = derive(model.parameters)
effects = {
    name: 0.1 * float(slopes[name]) * value
    for name, value in model.parameters.items()
    if isinstance(value, float)  # the others are tables
}
print(f"severity on day 1: {severity:.2f}")
for name in sorted(effects, key=lambda name: -abs(effects[name]))[:8]:
    print(f"{effects[name]:+.2f}  {name}")


# one parameter fitted to a made-up target, by Newton's method
def beyond_target(value):
    # float: a number of NumPy has another type, for which JAX would compile again
    severity, slopes = derive({**model.parameters, LIFT: float(value)})
    return float(severity) - 15.0, float(slopes[LIFT])


fit = root_scalar(
    beyond_target, x0=model.parameters[LIFT], fprime=True, method="newton"
)
print(f"severity 15 on day 1 needs {LIFT} = {fit.root:.3f}, found in {fit.iterations}")
