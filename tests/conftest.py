"""The whole suite runs on kapsim's own settings of JAX, and draws no fresh luck."""

import hypothesis

from kapsim.engine import platform

platform.configure()
hypothesis.settings.register_profile("kapsim", derandomize=True, deadline=None)
hypothesis.settings.load_profile("kapsim")
