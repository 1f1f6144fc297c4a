#!/usr/bin/env python3
"""Simulates a sweep on a Ray cluster (pip install ray): one `longhand sweep` a task, each with a part of the seeds.

    ray start --head                            # on one machine
    ray start --address=HEAD:6379               # on each other machine
    python ray_sweep.py scenes/village.ron --seeds 0..1000 --parts 50 --folder /shared/village
    longhand sweep merge /shared/village/part-*.sweep --report village.html

Ray starts a task again if its machine or its process dies; the part continues with the runs that are stored. If this driver
dies, start it again.
"""

import ctypes
import signal
import subprocess
import sys

import ray

from parts import arguments, parse, split


@ray.remote(num_cpus=1, max_retries=-1)
def simulate(command):
    """Simulates a part. Returns the exit code and the last lines of standard error."""
    # A simulation ends with the worker that started it, so that no part is simulated twice at the same time.
    end_with_worker = lambda: ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=end_with_worker)
    return done.returncode, done.stderr[-2000:]


def main():
    options = parse(arguments(__doc__))
    parts = split(options)
    # Without `ray start`, this starts a cluster on this machine.
    ray.init(log_to_driver=False)
    tasks = {simulate.remote(command): (file, command) for file, command in parts}
    finished, failed = 0, 0
    while tasks:
        [task], _ = ray.wait(list(tasks), num_returns=1)
        file, command = tasks.pop(task)
        code, errors = ray.get(task)
        if code < 0:
            # Only the simulation was killed, for example for want of memory.
            print(f"{file.name}: killed by signal {-code}, continues", flush=True)
            tasks[simulate.remote(command)] = (file, command)
            continue
        finished += 1
        failed += code > 1
        print(f"{finished} of {len(parts)} parts: {file.name}" + (f", exit code {code}\n{errors}" if code > 1 else ""), flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
