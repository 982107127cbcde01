"""What `pc.keep_memory` saves in time, and costs in memory.

    python benchmarks/memory.py                two threads, as many sessions
    python benchmarks/memory.py --threads 8

Each figure is of a fresh process that sends frames through `run_filter` in threads, as
`Live` does; with and without take turns. Printed are medians of the processes.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SIZES = ("640x480", "1280x720")
FILTERS = ("roberts", "gaussian")
WARM_UP = 20


def resident_mb() -> float:
    """Return what the process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def child(name: str, threads: int, frames: int, keep: bool) -> None:
    """Process a frame from stdin many times, in threads, and print figures."""
    from panel_cam.filters import get
    from panel_cam.processing.memory import keep_memory
    from panel_cam.processing.run_filter import run_filter

    if keep and not keep_memory():
        raise SystemExit("not kept: no glibc here, or set by the environment")
    data = sys.stdin.buffer.read()
    function = get(name)

    def run(count: int) -> float:
        spent = time.thread_time()
        for _ in range(count):
            run_filter(data, function)
        return time.thread_time() - spent

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, [WARM_UP] * threads))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        started = time.perf_counter()
        jobs = [pool.submit(run, frames) for _ in range(threads)]
        peak = 0.0
        while not all(job.done() for job in jobs):
            peak = max(peak, resident_mb())
            time.sleep(0.01)
        cpu = sum(job.result() for job in jobs)
        seconds = time.perf_counter() - started
        faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
        after = resident_mb()
    count = frames * threads
    figures = {
        "ms": seconds / frames * 1000,
        "cpu_ms": cpu / count * 1000,
        "faults": faults / count,
        "mb": after,
        "peak_mb": peak,
    }
    print(json.dumps(figures))


def measure(data: bytes, name: str, threads: int, frames: int, keep: bool) -> dict:
    """Run one fresh process."""
    command = [sys.executable, __file__, "--child", name]
    command += ["--threads", str(threads), "--frames", str(frames)]
    command += ["--keep"] if keep else []
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MALLOC_", "GLIBC_TUNABLES"))
    }
    done = subprocess.run(
        command, input=data, capture_output=True, check=True, env=environment
    )
    return json.loads(done.stdout)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--frames", type=int, default=100, help="for each thread")
    parser.add_argument("--processes", type=int, default=5, help="of each kind")
    parser.add_argument("--filters", nargs="+", default=FILTERS)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--keep", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.threads, options.frames, options.keep)
        return
    print(f"{options.threads} threads; each pair is: without, with keep_memory")
    print(
        f"{'':20}{'ms a frame':>16}{'CPU ms':>16}{'page faults':>16}"
        f"{'MB after it':>16}{'MB at most':>16}"
    )
    from steps import make_scene

    from panel_cam.imaging.codec import encode

    for size in SIZES:
        data = encode(make_scene(*map(int, size.split("x"))))
        for name in options.filters:
            rounds: dict[bool, list[dict[str, float]]] = {False: [], True: []}
            for _ in range(options.processes):
                for keep in rounds:
                    rounds[keep].append(
                        measure(data, name, options.threads, options.frames, keep)
                    )
            line = f"{size + ' ' + name:20}"
            for figure in ("ms", "cpu_ms", "faults", "mb", "peak_mb"):
                pair = [
                    statistics.median(each[figure] for each in rounds[keep])
                    for keep in rounds
                ]
                digits = 2 if "ms" in figure else 0
                line += f"{pair[0]:8.{digits}f}{pair[1]:8.{digits}f}"
            print(line, flush=True)


if __name__ == "__main__":
    main()
