"""JAX is set up once, before it starts, and the same way everywhere."""

import os
import platform as host
import subprocess
import sys

import jax
import jax.numpy as jnp
import pytest

from kapsim.engine import platform, random


def fresh_process(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if k not in ("XLA_FLAGS", "NPROC")}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_settings_hold_in_the_suite() -> None:
    assert jax.config.read("jax_enable_x64")
    assert all(flag in os.environ["XLA_FLAGS"].split() for flag in platform.XLA_FLAGS)
    with pytest.raises(ValueError, match="dtype promotion"):
        jnp.add(jnp.ones(3, jnp.float32), jnp.ones(3, jnp.float64))
    with pytest.raises(ValueError, match="rank_promotion"):
        jnp.add(jnp.ones((2, 3)), jnp.ones(3))


def test_flags_are_accepted_and_the_users_are_kept() -> None:
    code = (
        "import os\n"
        "from kapsim.engine import platform\n"
        "platform.configure(); platform.configure()\n"
        "import jax.numpy as jnp\n"
        "print(float(jnp.ones(3).sum()), os.environ['XLA_FLAGS'])"
    )
    done = fresh_process(code, XLA_FLAGS="--xla_cpu_prefer_vector_width=256")
    assert done.returncode == 0, done.stderr
    total, *flags = done.stdout.split()
    assert total == "3.0"
    assert flags == ["--xla_cpu_prefer_vector_width=256", *platform.XLA_FLAGS[1:]]


def test_an_unknown_flag_would_be_noticed() -> None:
    """Planted fault: the check above rests on XLA refusing what it does not know."""
    code = "import jax.numpy as jnp; jnp.ones(3)"
    assert fresh_process(code, XLA_FLAGS="--xla_cpu_no_such_flag=1").returncode != 0


def test_configuring_too_late_warns() -> None:
    code = (
        "import jax.numpy as jnp; jnp.ones(3)\n"
        "import warnings; warnings.simplefilter('error')\n"
        "from kapsim.engine import platform\n"
        "platform.configure()"
    )
    done = fresh_process(code)
    assert done.returncode == 1
    assert "PlatformWarning: JAX had already started" in done.stderr


def test_description_names_no_host_and_no_user() -> None:
    described = platform.describe()
    assert set(described) == {
        "python",
        "jax",
        "jaxlib",
        "backend",
        "x64",
        "os",
        "cores",
        "memory_mb",
    }
    assert host.node() not in " ".join(map(str, described.values())).split()
    assert described["backend"] == "cpu"
    assert described["x64"] is True


@pytest.mark.skipif(sys.platform != "linux", reason="cores are pinned on Linux only")
def test_pinning_counts_cores_round() -> None:
    before = os.sched_getaffinity(0)
    try:
        platform.pin_to_core(len(before), sorted(before))
        assert os.sched_getaffinity(0) == {min(before)}
        assert platform.core_count() == 1
    finally:
        os.sched_setaffinity(0, before)


@pytest.mark.skipif(sys.platform != "linux", reason="cores are pinned on Linux only")
def test_a_core_that_another_process_is_kept_on_comes_later() -> None:
    at_first = platform.free_cores()
    assert set(at_first) == os.sched_getaffinity(0)
    if len(at_first) < 2:
        pytest.skip("one core")
    code = "import time; time.sleep(60)"
    others = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(20)]
    try:
        for other in others:
            os.sched_setaffinity(other.pid, {at_first[0]})
        assert platform.free_cores()[-1] == at_first[0]
    finally:
        for other in others:
            other.kill()
            other.wait()


def test_draws_are_made_once_for_all_their_readers() -> None:
    """The barrier must survive XLA's passes: without it draws are remade per reader."""

    def read_often(key: jax.Array, patient: jax.Array) -> jax.Array:
        first, second = random.normal_pair(key, patient, 0)
        return first[None, :] * jnp.ones((8, 1), first.dtype) + second[None, :]

    arguments = (jnp.zeros(2, jnp.uint32), random.patient_indices(0, 16))
    compiled = jax.jit(read_often).lower(*arguments).compile()
    assert "opt-barrier" in str(compiled.as_text())
