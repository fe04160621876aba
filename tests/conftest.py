"""Settings that hold for every test; fixtures that many tests share."""

from hypothesis import settings

# the same examples on every machine and every run: a red test is red for everybody
settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")
