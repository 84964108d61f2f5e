"""What holds for all tests: properties are tried without a clock, for the machines are shared."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

#: Other examples each time: over some runs they are as many as the library would try in one.
settings.register_profile("untimed", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
