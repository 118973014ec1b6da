"""A real Slurm for tests: one controller and two nodes on this machine, under one folder.

No accounting database, no systemd. All is started by `start` and ended by `stop`; what is left on
the machine are Debian's packages.
"""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

# Slurm's own place for its configuration: nested steps lose SLURM_CONF from their environment.
SYSTEM = Path("/etc/slurm")
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel")
PORT = 17710

CONF = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmctldPidFile={folder}/slurmctld.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmdLogFile={folder}/slurmd-%n.log
SlurmdSpoolDir={folder}/spool-%n
# More nodes and memory may be promised than the machine has.
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerType=sched/backfill
# Memory is measured each second; a job above its request is killed.
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill,UsePss
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
MinJobAge=3600
KillWait=2
NodeName=n[1-2] NodeHostname={host} NodeAddr=127.0.0.1 Port=[{first}-{last}] CPUs=2 RealMemory=30000
PartitionName=main Nodes=ALL Default=YES DefaultTime=30 MaxTime=1440 State=UP
"""


class NoSlurm(RuntimeError):
    """Slurm cannot be had here; the message says why."""


def _wait(what: str, ready: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"after {seconds} s still no {what}")
        time.sleep(0.05)


def _says(*words: str) -> str:
    """What a command prints; nothing when it fails."""
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=30).stdout


class SlurmCluster:
    """Two nodes of two CPUs and 30 GB each, on paper, in a folder."""

    def __init__(self, folder: Path) -> None:
        missing = [name for name in PROGRAMS if not shutil.which(name, path=self.path())]
        if missing:
            raise NoSlurm(f"no {', '.join(missing)}: apt-get install slurm-wlm munge")
        if os.geteuid() != 0:
            raise NoSlurm("Slurm is started by root alone")
        if any((SYSTEM / name).exists() for name in ("slurm.conf", "cgroup.conf")):
            raise NoSlurm(f"{SYSTEM} holds the configuration of another Slurm")
        self.folder = folder

    @staticmethod
    def path() -> str:
        return os.environ["PATH"] + ":/usr/sbin:/usr/bin"

    def _run(self, *words: str) -> None:
        done = subprocess.run(
            [shutil.which(words[0], path=self.path()), *words[1:]],
            capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
        if done.returncode:
            logs = "\n".join(log.read_text()[-2000:] for log in self.folder.glob("*.log"))
            raise RuntimeError(f"{words[0]}: {done.stdout}{done.stderr}\n{logs}")

    def open_way(self) -> None:
        """Let other users pass through the folders above: munged's socket lies below."""
        for folder in self.folder.parents:
            if folder.stat().st_uid == os.geteuid() and not folder.stat().st_mode & 0o001:
                folder.chmod(folder.stat().st_mode | 0o011)

    def start(self) -> None:
        """Bring everything up; all of it answers when this returns."""
        munge = self.folder / "munge"
        munge.mkdir(parents=True)
        (self.folder / "state").mkdir()
        # munged refuses a key that others can read, and its clients a folder they cannot enter.
        self.folder.chmod(0o755)
        munge.chmod(0o711)
        key = munge / "key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        self._run(
            "munged", "--force", f"--socket={munge}/socket", f"--key-file={key}",
            f"--pid-file={self.folder}/munged.pid", f"--log-file={munge}/log",
            f"--seed-file={munge}/seed",
        )  # fmt: skip
        host = socket.gethostname().split(".")[0]
        text = CONF.format(
            folder=self.folder, host=host, user=getpass.getuser(), port=PORT, first=PORT + 1,
            last=PORT + 2,
        )  # fmt: skip
        (self.folder / "slurm.conf").write_text(text)
        # slurmd loads a cgroup plugin whether or not anything uses it.
        (self.folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        for name in ("slurm.conf", "cgroup.conf"):
            (SYSTEM / name).unlink(missing_ok=True)
            (SYSTEM / name).symlink_to(self.folder / name)
        self._run("slurmctld", "-i")
        _wait("slurmctld", lambda: "UP" in _says("scontrol", "ping"))
        for node in ("n1", "n2"):
            (self.folder / f"spool-{node}").mkdir()
            self._run("slurmd", "-N", node)
        _wait("idle nodes", lambda: _says("sinfo", "-h", "-t", "idle", "-o", "%D").strip() == "2")

    def stop(self) -> None:
        """End every job and daemon of this cluster, and take its configuration away."""
        _says("scancel", f"--user={getpass.getuser()}")
        _wait("end of jobs", lambda: not self.jobs())
        for name in ("slurmd-n1", "slurmd-n2", "slurmctld", "munged"):
            self._end(self.folder / f"{name}.pid", name.split("-")[0])
        for name in ("slurm.conf", "cgroup.conf"):
            (SYSTEM / name).unlink(missing_ok=True)

    @staticmethod
    def _end(pid_file: Path, program: str) -> None:
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text())
        words = Path(f"/proc/{pid}/cmdline")
        if not words.exists() or program not in words.read_text():
            return
        os.kill(pid, signal.SIGTERM)
        _wait(f"end of {program}", lambda: not words.exists() or not words.read_text())

    def jobs(self) -> list[str]:
        """The jobs that wait or run, by number."""
        return _says("squeue", "--noheader", "--format=%i").split()

    def finished(self) -> dict[str, str]:
        """How each job of this cluster ended: number -> state."""
        said = _says("squeue", "--noheader", "--states=all", "--format=%i %T").splitlines()
        return dict(line.split() for line in said)
