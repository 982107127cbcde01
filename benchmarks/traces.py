"""Make traces of links that change: a train, a cafe, 4G on the way.

    python benchmarks/traces.py FOLDER
    python benchmarks/glass_to_glass.py --seconds 60 --link trace:FOLDER/train.txt

They are made, not recorded: from published averages, and from how the rate changed
from second to second in one published log. The same seed makes the same traces. Each
line of a file is `seconds mbit_down mbit_up`.

Averages, in Mbit/s down and up:

train
    5.9, 3.5. RootMetrics on eight British railway lines, told by ISPreview ("8 of the
    Most Popular UK Rail Transit Lines Ranked by Mobile Quality", April 2018): medians
    of one operator, EE, are 5.9 down on its worst line (Euston to Glasgow), and 28.8
    down with 17.3 up on a good one (Paddington to Reading); that ratio gives the 3.5.
cafe
    4.2, 1.1. OpenSignal, "US Wi-Fi Report" of 2014, told by Yahoo News: McDonald's 4.18
    down on average, second to Starbucks' 9.01. Upload over download from Ookla's tests
    in 2018, published by PCMag, told by 24/7 Wall St.: McDonald's 24.2 down, 6.1 up.
4g
    6.8, 3.3. PCMag, "Fastest Mobile Networks 2014", told by Wirefly: Sprint, the last
    of the four that it measured in cities; the first, Verizon, had 19.6 and 9.3.

Changes on the train and with 4G: the log `report_train_0001` of the "4G/LTE Bandwidth
Logs" of Ghent University (van der Hooft and others; measured from December 2015 to
February 2016; users.ugent.be/~jvdrhoof/dataset-4g), as another project's script replays
it. In its first 83 seconds the logarithm of the rate has a standard deviation of 0.70
and, from one second to the next, a correlation of 0.61. Here the rate is log-normal
with these two, and the average is its median; both ways fade together, as they share
the radio.

Changes in the cafe are an assumption, not a measurement: guests come at random, load
for five seconds on average, one of them at any time, and the line is shared equally.

Places without any network are in none of them: what was found of those counts tasks
that failed, not their time. `--stall` is for that.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

SECONDS = 60
SEED = 12

AVERAGES = {"train": (5.9, 3.5), "cafe": (4.2, 1.1), "4g": (6.8, 3.3)}
"""Name of a trace -> Mbit/s down and up."""

SPREAD = 0.70
CORRELATION = 0.61

GUESTS = 1.0
GUEST_SECONDS = 5.0

Row = tuple[float, float, float]


def fade(random: np.random.Generator, seconds: int) -> Iterator[float]:
    """Yield a factor for each second: log-normal, its median 1, correlated."""
    level = random.standard_normal()
    for _ in range(seconds):
        yield float(np.exp(SPREAD * level))
        fresh = np.sqrt(1 - CORRELATION**2) * random.standard_normal()
        level = CORRELATION * level + fresh


def share(random: np.random.Generator, seconds: int) -> Iterator[float]:
    """Yield a factor for each second: a fair share beside guests, its mean 1."""
    guests = int(random.poisson(GUESTS))
    # The mean of 1 / (1 + guests), where guests are a Poisson number.
    mean = (1 - np.exp(-GUESTS)) / GUESTS
    for _ in range(seconds):
        yield float(1 / (1 + guests) / mean)
        guests -= int(random.binomial(guests, 1 - np.exp(-1 / GUEST_SECONDS)))
        guests += int(random.poisson(GUESTS / GUEST_SECONDS))


def make_trace(name: str, *, seconds: int = SECONDS, seed: int = SEED) -> list[Row]:
    """Make a trace.

    Parameters
    ----------
    name : str
        Of `AVERAGES`.
    seconds : int
        How long it is.
    seed : int
        Another makes another one.

    Returns
    -------
    rows : list of (float, float, float)
        Seconds, Mbit/s down, Mbit/s up.
    """
    random = np.random.default_rng([seed, list(AVERAGES).index(name)])
    down, up = AVERAGES[name]
    factors = (share if name == "cafe" else fade)(random, seconds)
    return [(1.0, down * factor, up * factor) for factor in factors]


def write_traces(folder: Path) -> dict[str, Path]:
    """Write all traces.

    Parameters
    ----------
    folder : Path
        Is made if it is not there.

    Returns
    -------
    paths : dict
        Name -> file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {name: folder / f"{name}.txt" for name in AVERAGES}
    for name, path in paths.items():
        lines = [f"{row[0]:g} {row[1]:.3f} {row[2]:.3f}" for row in make_trace(name)]
        path.write_text("\n".join(["# seconds mbit_down mbit_up", *lines]) + "\n")
    return paths


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where to write them")
    for name, path in write_traces(parser.parse_args().folder).items():
        rates = np.array(make_trace(name))[:, 1:]
        low, middle, high = np.percentile(rates, [5, 50, 95], axis=0)
        text = "; ".join(
            f"{way} {low[i]:.1f}, {middle[i]:.1f}, {high[i]:.1f}"
            for i, way in enumerate(("down", "up"))
        )
        print(f"{path}: Mbit/s p5, p50, p95: {text}")


if __name__ == "__main__":
    main()
