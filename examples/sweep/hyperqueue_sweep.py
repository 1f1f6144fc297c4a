#!/usr/bin/env python3
"""Simulates a sweep with HyperQueue (pip install hyperqueue): one `longhand sweep` a task, each with a part of the seeds.

    python hyperqueue_sweep.py scenes/village.ron --seeds 0..1000 --parts 50 --folder village       # on this machine
    longhand sweep merge village/part-*.sweep --report village.html

On a cluster, start `hq server start` and `hq worker start` (from HyperQueue's releases), and give the server's folder:

    python hyperqueue_sweep.py scenes/village.ron --seeds 0..1000 --parts 50 --folder /shared/village --server ~/.hq-server

HyperQueue starts a task again if its worker dies. A task whose simulation was killed is submitted again; the part continues with
the runs that are stored. If this driver dies, start it again.
"""

import os
import sys
from contextlib import nullcontext

from hyperqueue import Client, Job, LocalCluster
from hyperqueue.cluster import WorkerConfig

from parts import arguments, parse, split

ATTEMPTS = 5


def simulate(client, parts):
    """Simulates the parts that are not finished. Returns those that failed."""
    # A failed task does not end the others.
    job = Job(max_fails=None)
    for file, command in parts:
        job.program(command, cwd=file.parent, stdout=os.devnull, stderr=file.with_suffix(".err"))
    submitted = client.submit(job)
    if client.wait_for_jobs([submitted], raise_on_error=False):
        return []
    failed = client.get_failed_tasks(submitted)
    for task, context in failed.items():
        print(f"{parts[task][0].name}: {context.error}", flush=True)
    return [parts[task] for task in sorted(failed)]


def main():
    parser = arguments(__doc__)
    parser.add_argument("--server", help="folder of a running server; otherwise workers are started on this machine")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="number of workers with one core each on this machine")
    options = parse(parser)
    parts = split(options)
    with nullcontext() if options.server else LocalCluster() as cluster:
        if cluster:
            for _ in range(options.workers):
                cluster.start_worker(WorkerConfig(cores=1))
        client = cluster.client() if cluster else Client(options.server)
        left = parts
        for _ in range(ATTEMPTS):
            left = simulate(client, left)
            print(f"{len(parts) - len(left)} of {len(parts)} parts are finished", flush=True)
            if not left:
                return
    sys.exit(f"{len(left)} parts failed {ATTEMPTS} times; their .err files say why")


if __name__ == "__main__":
    main()
