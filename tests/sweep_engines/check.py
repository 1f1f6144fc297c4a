#!/usr/bin/env python3
"""Simulates a sweep on an engine for clusters, kills a worker midway, and compares the merged parts with a sweep on one machine.

    python check.py ray PROGRAM SCENE [OPTIONS OF longhand sweep]
    python check.py hyperqueue PROGRAM SCENE ...
    python check.py slurm PROGRAM SCENE ...            # as root: Slurm starts jobs as their user

Each engine has two workers with one core each, on the loopback interface. Ray and HyperQueue come from requirements.txt, Slurm from
Debian (apt-get install slurmctld slurmd slurm-client munge). The drivers in examples/sweep are what is tested.

What is killed: with Ray a node, that is its raylet with all its processes; with Slurm a node, that is slurmd, the step and the
simulation; with HyperQueue, whose local workers are threads of the driver, first a simulation, and then the driver with the server
and both workers.
"""

import csv
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DRIVERS = ROOT / "examples" / "sweep"
SEEDS, PARTS = 24, 4
TIMEOUT = 500
TABLES = ["runs", "beats", "measures", "series", "ties"]


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, **options)


def start(*command, log, **options):
    return subprocess.Popen([str(word) for word in command], stdout=log.open("ab"), stderr=subprocess.STDOUT, **options)


def processes():
    """Parent and command line of each process."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
                found[int(folder.name)] = parent, (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (FileNotFoundError, ProcessLookupError):
                pass
    return found


def with_descendants(ancestor):
    """A process and all that descend from it."""
    found, family = processes(), [ancestor]
    for pid in family:
        family += [child for child, (parent, _) in found.items() if parent == pid]
    return family


def kill(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def stored(part):
    """The runs that a part has: wall-clock time by seed."""
    try:
        with closing(sqlite3.connect(f"file:{part}?mode=ro", uri=True, timeout=10)) as file:
            return dict(file.execute("SELECT seed, json_extract(report, '$.wall_s') FROM runs"))
    except sqlite3.OperationalError:
        return {}  # Not created yet.


def wait_for(what, condition):
    since = time.monotonic()
    while not (found := condition()):
        if time.monotonic() - since > TIMEOUT:
            sys.exit(f"waited {TIMEOUT} s for {what}")
        time.sleep(0.02)
    return found


class Check:
    def __init__(self, program, scene, options):
        self.program, self.scene, self.options = Path(program).resolve(), Path(scene).resolve(), options
        self.folder = Path(tempfile.mkdtemp(prefix="sweep-"))
        self.parts = self.folder / "parts"
        self.killed_with = {}

    def seeds_of(self, part):
        low, high = (SEEDS * nth // PARTS for nth in (part, part + 1))
        return set(range(low, high))

    def simulation(self, belongs):
        """A running simulation for which `belongs` is true, in the middle of its part."""
        for pid, (_, line) in processes().items():
            if f"--keep {self.parts}/part-" in line and line.startswith(str(self.program)) and belongs(pid):
                part = Path(line.split("--keep ")[1].split()[0])
                runs = stored(part)
                if 0 < len(runs) < len(self.seeds_of(int(part.stem.split("-")[1]))) - 1:
                    return pid, part
        return None

    def kill_midway(self, belongs, victims):
        """Kills what `victims` names for a simulation in the middle of its part, and keeps what the part had then."""
        pid, part = wait_for("a simulation in the middle of its part", lambda: self.simulation(belongs))
        family = victims(pid)
        kill(family)
        time.sleep(0.5)
        runs = stored(part)
        self.killed_with[part] = runs
        print(f"processes killed: {len(family)}; {part.name} had {len(runs)} of {len(self.seeds_of(int(part.stem[-5:])))} runs then", flush=True)

    def python_driver(self, name):
        command = [sys.executable, DRIVERS / name, self.scene, "--seeds", f"0..{SEEDS}", "--parts", PARTS, "--folder", self.parts]
        extra = ["--workers", 2] if name.startswith("hyperqueue") else []
        return start(*command, "--program", self.program, *extra, "--", *self.options, log=self.folder / "driver.log")

    def compare(self):
        """Compares the merged parts with a sweep on one machine, row by row."""
        files = sorted(self.parts.glob("part-*.sweep"))
        runs = [list(stored(file)) for file in files]
        assert sorted(sum(runs, [])) == list(range(SEEDS)), f"lost or twice: {runs}"
        for part, before in self.killed_with.items():
            now = stored(part)
            assert before.items() <= now.items(), f"{part.name}: a stored run was simulated again"
        # In another order than that of the seeds.
        run(self.program, "sweep", "merge", *reversed(files), "--csv", self.folder / "merged", stdout=subprocess.DEVNULL)
        run(self.program, "sweep", self.scene, "--seeds", f"0..{SEEDS}", "--csv", self.folder / "whole", *self.options,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        total = 0
        for table in TABLES:
            whole, merged = (self.rows(self.folder / side / f"{table}.csv") for side in ("whole", "merged"))
            assert whole == merged, f"{table} differs"
            total += len(whole)
        print(f"merged {len(files)} parts: {SEEDS} seeds, {total} rows in {len(TABLES)} tables, all equal to the sweep on one machine")

    @staticmethod
    def rows(path):
        with path.open(newline="") as file:
            return [{column: cell for column, cell in row.items() if column != "wall_s"} for row in csv.DictReader(file)]


def finish(driver, log):
    if driver.wait(timeout=TIMEOUT) != 0:
        sys.exit(f"the driver failed:\n{log.read_text()}")


def ray(check):
    log = check.folder / "ray.log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ADDRESS": address}
    ray_program = Path(sys.executable).parent / "ray"
    common = ["--node-ip-address=127.0.0.1", "--object-store-memory=80000000", "--block"]
    head = ["--head", f"--port={address.split(':')[1]}", "--num-cpus=0", "--include-dashboard=false", f"--temp-dir={check.folder}/r"]
    nodes = [start(ray_program, "start", *head, *common, log=log)]
    try:
        wait_for("the head", lambda: "Ray runtime started" in log.read_text())
        # One after another: nodes of one machine would try the same ports.
        for running in (2, 3):
            nodes.append(start(ray_program, "start", f"--address={address}", "--num-cpus=1", *common, log=log))
            wait_for("a worker", lambda: log.read_text().count("Ray runtime started") == running)
        driver = check.python_driver("ray_sweep.py")
        node = with_descendants(nodes[2].pid)
        check.kill_midway(lambda pid: pid in with_descendants(nodes[2].pid), lambda _: with_descendants(nodes[2].pid))
        assert len(node) > 1, "a node has a raylet"
        finish(driver, check.folder / "driver.log")
    finally:
        for node in nodes:
            kill(with_descendants(node.pid))


def hyperqueue(check):
    driver = check.python_driver("hyperqueue_sweep.py")
    check.kill_midway(lambda pid: True, lambda pid: [pid])
    first = set(check.killed_with)
    # Another part, so that both kills count.
    other = lambda pid: not any(str(part) in processes().get(pid, (0, ""))[1] for part in first)
    check.kill_midway(other, lambda _: with_descendants(driver.pid))
    driver.wait()
    finish(check.python_driver("hyperqueue_sweep.py"), check.folder / "driver.log")


@contextmanager
def slurm_cluster(check):
    folder, host = check.folder, socket.gethostname()
    nodes = "\n".join(
        f"NodeName=w{n} NodeHostname={host} NodeAddr=127.0.0.1 Port={16818 + n} CPUs=1 RealMemory=1000" for n in (1, 2)
    )
    (folder / "slurm.conf").write_text(f"""\
ClusterName=loopback
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort=16817
SlurmUser=root
AuthInfo=socket={folder}/munge/socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SlurmdTimeout=10
MpiDefault=none
{nodes}
PartitionName=all Nodes=w1,w2 Default=YES State=UP
""")
    for name in ("state", "munge"):
        (folder / name).mkdir()
    folder.chmod(0o755)
    run("chown", "munge", folder / "munge")
    os.environ["SLURM_CONF"] = str(folder / "slurm.conf")
    munge = [f"--{what}-file={folder}/munge/{what}" for what in ("pid", "log", "seed")]
    key = ["--key-file=/etc/munge/munge.key", f"--socket={folder}/munge/socket"]
    daemons = [start("runuser", "-u", "munge", "--", "munged", "-F", *munge, *key, log=folder / "munged.log")]
    try:
        wait_for("munged", (folder / "munge" / "socket").exists)
        daemons.append(start("slurmctld", "-D", log=folder / "slurmctld.log"))
        for n in (1, 2):
            daemons.append(start("slurmd", "-D", "-N", f"w{n}", log=folder / f"slurmd-{n}.log"))
        idle = lambda: subprocess.run(["sinfo", "-h", "-N", "-t", "idle"], capture_output=True, text=True).stdout.count("\n")
        wait_for("two idle nodes", lambda: idle() == 2)
        yield daemons
    finally:
        for daemon in daemons:
            kill(with_descendants(daemon.pid))


def slurm(check):
    with slurm_cluster(check) as daemons:
        check.parts.mkdir()
        os.environ["LONGHAND"] = str(check.program)
        script = [DRIVERS / "slurm_sweep.sh", check.scene, 0, SEEDS, check.parts, *check.options]
        output = f"--output={check.folder}/task-%a.log"
        job = run("sbatch", "--parsable", f"--array=0-{PARTS - 1}", output, *script, capture_output=True, text=True).stdout.strip()
        on_node = lambda pid: b"SLURMD_NODENAME=w2\0" in Path(f"/proc/{pid}/environ").read_bytes()
        # The step is the parent of the simulation; slurmd is no parent of the step.
        check.kill_midway(on_node, lambda pid: [daemons[3].pid, processes()[pid][0], pid])
        queue = lambda: subprocess.run(["squeue", "-h", "-j", job, "-o", "%i %T %N"], capture_output=True, text=True).stdout
        seen = set()

        def is_over():
            for line in queue().splitlines():
                if line not in seen:
                    seen.add(line)
                    print("squeue:", line, flush=True)
            time.sleep(0.5)
            return not queue()

        wait_for("the end of the job", is_over)


def main():
    engine, program, scene, *options = sys.argv[1:]
    check = Check(program, scene, options)
    {"ray": ray, "hyperqueue": hyperqueue, "slurm": slurm}[engine](check)
    check.compare()


if __name__ == "__main__":
    main()
