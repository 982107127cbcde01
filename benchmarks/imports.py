"""How long `import panel_cam` takes, beside what everyone has to import anyway.

    python benchmarks/imports.py

Each is timed in fresh interpreters, in turns. Exit status 1 if the bar is missed:
everything that a page needs takes at most 1.3 times `import panel, skimage.filters`.
"""

import subprocess
import sys
from statistics import median

ROUNDS = 9
LIMIT = 1.3

PLAIN = "import panel, skimage.filters"
STATEMENTS = {
    PLAIN: PLAIN,
    "import panel_cam": "import panel_cam",
    "panel_cam.Live": "import panel_cam; panel_cam.Live",
    "a page, made": "import panel_cam.page; panel_cam.page.make_page()",
}

TIMED = (
    "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"
)


def seconds(statement: str) -> float:
    """Time a statement in a fresh interpreter."""
    command = [sys.executable, "-c", TIMED.format(statement)]
    return float(subprocess.run(command, capture_output=True, check=True).stdout)


def main() -> int:
    """Print a table; return 1 if the bar is missed."""
    times: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    for _ in range(ROUNDS):
        for name, statement in STATEMENTS.items():
            times[name].append(seconds(statement))
    plain = median(times[PLAIN])
    print(f"{'':32}{'median, s':>12}{'least, s':>12}{'ratio':>8}")
    for name, values in times.items():
        middle = median(values)
        print(f"{name:32}{middle:12.2f}{min(values):12.2f}{middle / plain:8.2f}")
    missed = [name for name in STATEMENTS if median(times[name]) > LIMIT * plain]
    print(f"limit: {LIMIT} times the first; missed by: {', '.join(missed) or 'none'}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
