import subprocess
import sys

ROOM = "load show schema warnings readings".split()


def test_reading_a_scenario_loads_no_numerical_library():
    code = (
        f"import sys; [__import__('ccsim.scenario.' + name) for name in {ROOM!r}]; "
        "print([name for name in ('numpy', 'scipy', 'numba', 'simpy', 'matplotlib') if name in sys.modules])"
    )

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "[]"


def test_the_room_card_imports_nothing():
    code = "import sys; import ccsim.scenario; print('pydantic' in sys.modules or 'ruamel.yaml' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "False"
