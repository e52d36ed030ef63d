"""Kills a training run at random moments, goes on with it on a random number of ranks, and compares its end with an undisturbed run's.

Usage: kill.py ORRERY PROGRAM DATA WORK [--kills N] [--seed S] [--ranks 1,2,4] [--launchers openmpi,mpich] [--steps N] [--also='--reproducible'] [--ways write,full]

With ranks: orrery build Inputs/small.orr -o small; Inputs/make_data.py data;
            kill.py orrery small data work --ranks 1,2,4 --launchers openmpi,mpich --steps 40 --also=--reproducible

PROGRAM is a compiled model, DATA a folder for its --data, WORK an empty folder. Each life of a run ends in one of these ways, dealt like cards (all of
them, `write` twice, come before one comes again) or, with --ways, in turn; each way meets the launchers in turn:
  rank        SIGKILL of one rank
  write       SIGKILL of all ranks while a checkpoint is being written
  launcher    SIGKILL of the mpirun that `orrery run` started, of whatever MPI
  supervisor  SIGKILL of `orrery run`
  all         SIGKILL of everything at once
  stop        SIGTERM, SIGINT or SIGUSR1 to the supervisor: 75, or 130 for SIGINT, and a checkpoint
  hang        SIGSTOP of a rank: the watchdog ends it
  full        the disk is full: exit code 6
  readonly    the folder cannot be written to: exit code 6
  damage      SIGKILL of all, then a byte of the newest checkpoint is changed: it is skipped by name
What must hold: the right exit code, no process left, no wait beyond the watchdog, the one checkpoint called damaged that was damaged on purpose, never an
older newest whole checkpoint than before, nothing half-written where the program could still tidy up, and the undisturbed run's bytes in the weights and the
optimizer's state at the end. Prints a line a life and a summary; exits 1 if anything does not hold.
"""
import argparse
import collections
import itertools
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

WATCHDOG = 20  # seconds for the ranks
PATIENCE = 90  # for a life to end once it has been ended


def processes():
    """Pid -> (parent, command line) of every process but zombies."""
    found = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            stat = pathlib.Path(f"/proc/{entry}/stat").read_text()
            words = pathlib.Path(f"/proc/{entry}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        state, parent = stat[stat.rindex(")") + 2 :].split()[:2]
        if state != "Z":
            found[int(entry)] = (int(parent), [w.decode(errors="replace") for w in words])
    return found


class Kill(Exception):
    """Something that must hold does not."""


class Life:
    """One start of the run under `orrery run`."""

    def __init__(self, options, words, ranks, launcher, limit=None):
        self.options, self.started = options, time.monotonic()
        command = [options.orrery, "run", "-n", str(ranks), "--watchdog", str(WATCHDOG), "--grace", "30"]
        if ranks > 1:
            command += ["--launcher", launcher]
        self.log = open(options.work / "life.log", "w+")
        before = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) if limit else None
        self.process = subprocess.Popen(command + [options.program] + words, stdout=self.log, stderr=subprocess.STDOUT, preexec_fn=before)

    def below(self):
        """Everything that the supervisor started."""
        all_, found = processes(), {self.process.pid}
        while True:
            more = {pid for pid, (parent, _) in all_.items() if parent in found} - found
            if not more:
                return {pid: all_[pid][1] for pid in found if pid in all_ and pid != self.process.pid}
            found |= more

    def ranks(self):
        return [pid for pid, words in self.below().items() if words[:1] == [self.options.program]]

    def launcher(self):
        return [pid for pid, (parent, words) in processes().items() if parent == self.process.pid and words[:1] != [self.options.program]]

    def alive(self):
        return self.process.poll() is None

    def end_by_itself(self):
        try:
            self.process.wait(600)
        except subprocess.TimeoutExpired:
            raise Kill("an undisturbed life hangs") from None
        return self.end()

    def end(self):
        """Waits for the exit code; what the life said."""
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Kill(f"`orrery run` hangs {PATIENCE} s after its life was ended") from None
        self.log.seek(0)
        return code, self.log.read()


def kill(pids, how=signal.SIGKILL):
    for pid in pids:
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            pass


def left(options):
    """Processes of the program that nobody waits for; they have a while to die."""
    for _ in range(PATIENCE * 10):
        pids = [pid for pid, (_, words) in processes().items() if words[:1] == [options.program]]
        if not pids:
            return []
        time.sleep(0.1)
    return pids


def halves(run):
    """Checkpoints that are being written, or that a killed process was writing."""
    return {name for name in (os.listdir(run) if run.exists() else []) if name.startswith(".ckpt-") and ".tmp-" in name}


def newest(run, but=None):
    """The newest checkpoint with the optimizer's state, `but` apart; the best weights are kept without."""
    steps = [int(m[1]) for m in map(re.compile(r"ckpt-(\d+)$").match, os.listdir(run) if run.exists() else []) if m]
    found = [run / f"ckpt-{step}" for step in sorted(steps)]
    found = [path for path in found if path != but and (path / "optim.safetensors").exists()]
    return found[-1] if found else None


def step_of(checkpoint):
    return int(checkpoint.name.split("-")[1]) if checkpoint else 0


class Runs:
    def __init__(self, options):
        self.options, self.random = options, random.Random(options.seed)
        self.steps = options.steps
        self.disk = options.work / "disk"
        self.disk.mkdir()
        self.mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(self.disk)], capture_output=True).returncode == 0
        self.run = self.disk / "run"
        self.counts, self.failures, self.finished = collections.Counter(), [], 0
        self.damage_done = None  # a file and its damaged bytes
        self.turns, self.deck, self.launches = itertools.cycle(options.ways), [], collections.Counter()

    def words(self, out, steps):
        common = ["train", "-q", "--data", str(self.options.data), "--steps", str(steps), "--save-every", self.options.save_every, "--keep", "3",
                  "--threads", "1", *self.options.also]
        return common + ([f"--resume={out}"] if newest(out) else ["--out", str(out)])

    def undisturbed(self):
        out = self.options.work / "whole"
        code, text = Life(self.options, self.words(out, self.steps), 1, "").end_by_itself()
        if code:
            raise Kill(f"the undisturbed run ends with {code}:\n{text}")
        self.expected = {name: (out / f"ckpt-{self.steps}" / name).read_bytes() for name in ("model.safetensors", "optim.safetensors")}

    def all_ways(self):
        ways = ["rank", "write", "write", "supervisor", "all", "stop", "hang", "full", "readonly", "damage"]
        ways += ["launcher"] if max(self.options.ranks) > 1 else []
        return [w for w in ways if w not in self.options.without and (w != "readonly" or self.mounted)]

    def possible(self, way):
        return way not in ("full", "readonly") or newest(self.run)  # or there is nothing that a full disk could take away

    def next_way(self):
        if self.options.ways:
            return next(filter(self.possible, itertools.islice(self.turns, len(self.options.ways))), "write")
        if not any(map(self.possible, self.deck)):
            self.deck += self.random.sample(self.all_ways(), len(self.all_ways()))
        way = next(filter(self.possible, self.deck))
        self.deck.remove(way)
        return way

    def launch_of(self, way):
        """Ranks and launcher of a life."""
        ranks = self.random.choice([n for n in self.options.ranks if n > 1 or way != "launcher"])
        if ranks == 1:
            return 1, "none"
        launcher = min(self.random.sample(self.options.launchers, len(self.options.launchers)), key=lambda name: self.launches[way, name])
        self.launches[way, launcher] += 1
        return ranks, launcher

    def life(self, way):
        ranks, launcher = self.launch_of(way)
        limit = None
        if way == "full" and not self.mounted:
            limit = 2000
        filler = self.disk / "filler"
        damaged = self.damaged()
        before, halves_before = newest(self.run, damaged), halves(self.run)
        if way == "full" and self.mounted:
            # Leaves room for the start of a checkpoint, not for all of it.
            self.disk.joinpath("run").mkdir(exist_ok=True)
            free = shutil.disk_usage(self.disk).free
            with open(filler, "wb") as file:
                file.write(b"\1" * max(0, free - self.random.choice([0, 4096, 8192])))
        if way == "readonly":
            subprocess.run(["mount", "-o", "remount,ro", str(self.disk)], check=True)
        try:
            life = Life(self.options, self.words(self.run, self.steps), ranks, launcher, limit)
            expected = self.act(life, way)
            code, text = life.end()
        finally:
            if way == "readonly":
                subprocess.run(["mount", "-o", "remount,rw", str(self.disk)], check=True)
            filler.unlink(missing_ok=True)
        if remaining := left(self.options):
            kill(remaining)
            raise Kill(f"{way}: processes are left: {remaining}")
        done = code == 0
        if not done and expected is not None and code not in expected:
            raise Kill(f"{way}: exit code {code}, not {expected}:\n{text}")
        self.check_skipped(way, text, damaged, done)
        after = newest(self.run, self.damaged())
        if step_of(after) < step_of(before):
            raise Kill(f"{way}: {before.name} is gone; there are {sorted(os.listdir(self.run))}:\n{text}")
        # What an earlier life left half-written stays where nothing can be removed; and where it is removed, it makes room.
        if way in ("full", "readonly") and (more := halves(self.run) - halves_before):
            raise Kill(f"{way}: something half-written is left: {more}")
        return ranks, launcher, code, done

    def check_skipped(self, way, text, damaged, done):
        """What was damaged before a life, and nothing else, may be skipped, and is by a life that comes to the end."""
        skipped = set(re.findall(r"(\S+) is skipped: ", text))
        if skipped - {str(damaged)}:
            raise Kill(f"{way}: whole checkpoints are called damaged:\n{text}")
        if damaged and done and not skipped:
            raise Kill(f"{way}: the damage of {damaged} was not noticed:\n{text}")

    def act(self, life, way):
        """Ends a life; the exit codes that it may have then."""
        if way in ("full", "readonly"):
            return {6}
        while life.alive() and not life.ranks():
            time.sleep(0.005)
        self.wait_for_moment(life)
        if way == "write":
            while life.alive() and not halves(self.run):
                time.sleep(0.0005)
        if way == "stop":
            which = self.random.choice([signal.SIGTERM, signal.SIGINT, signal.SIGUSR1])
            if life.alive():
                life.process.send_signal(which)
            return {{signal.SIGTERM: 75, signal.SIGINT: 130, signal.SIGUSR1: 75}[which]}
        if way == "supervisor":
            kill([life.process.pid])
            return {-signal.SIGKILL}
        if way == "all":
            kill([life.process.pid, *life.below()])
            return {-signal.SIGKILL}
        ranks = life.ranks()
        if way == "launcher":
            kill(life.launcher())
        elif way == "hang" and ranks:
            kill([self.random.choice(ranks)], signal.SIGSTOP)
        elif way == "rank" and ranks:
            kill([self.random.choice(ranks)])
        else:
            kill(ranks)
        return {1, 75} if way == "hang" else {1}

    def wait_for_moment(self, life):
        """Steps are counted and not seconds, for these vary; now and then the moment is before the first step."""
        begun = step_of(newest(self.run))
        if self.random.random() < 0.2:
            time.sleep(self.random.uniform(0, 0.5))
            return
        target = self.random.randrange(min(begun, self.steps - 1), self.steps)
        while life.alive() and step_of(newest(self.run)) <= target:
            time.sleep(0.001)
        time.sleep(self.random.uniform(0, 0.02))

    def damage(self):
        checkpoint = newest(self.run)
        if len(list(self.run.glob("ckpt-*/optim.safetensors"))) < 2:
            return
        file = checkpoint / self.random.choice(sorted(os.listdir(checkpoint)))
        data = bytearray(file.read_bytes())
        data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
        file.write_bytes(data)
        self.damage_done = file, bytes(data)

    def damaged(self):
        """The checkpoint that was damaged, for as long as nothing has taken its place."""
        if self.damage_done:
            file, data = self.damage_done
            if file.exists() and file.read_bytes() == data:
                return file.parent
        return None

    def compare(self):
        for name, expected in self.expected.items():
            if (self.run / f"ckpt-{self.steps}" / name).read_bytes() != expected:
                raise Kill(f"{name} is not that of the undisturbed run")
        self.finished += 1
        shutil.rmtree(self.run)

    def all(self):
        self.undisturbed()
        print(f"seed {self.options.seed}, {self.steps} steps; {'a tmpfs' if self.mounted else 'no tmpfs may be mounted'}")
        kills = 0
        while kills < self.options.kills or newest(self.run):
            # After the last kill the run is left to end.
            way = self.next_way() if kills < self.options.kills else "none"
            begin = time.monotonic()
            try:
                if way == "none":
                    self.last()
                    continue
                ranks, launcher, code, done = self.life(way)
                if way == "damage" and not done:
                    self.damage()
                at = newest(self.run)
                print(f"{way:10} {ranks} ranks ({launcher}) exit {code:4} {at.name if at else 'no checkpoint':14} {time.monotonic() - begin:5.1f} s", flush=True)
                if done:
                    self.compare()
                    self.deck.insert(0, way)  # it came too late
                else:
                    self.counts[way] += 1
                    kills += 1
            except Kill as problem:
                print(f"FAILED {problem}", flush=True)
                self.failures.append(str(problem))
                kill(left(self.options))
                shutil.rmtree(self.run, ignore_errors=True)
                kills += 1
        launches = collections.Counter(launcher for (_, launcher), n in self.launches.items() for _ in range(n))
        print(f"{kills} kills ({', '.join(f'{n} {w}' for w, n in sorted(self.counts.items()))}), "
              f"{', '.join(f'{n} lives under {launcher}' for launcher, n in sorted(launches.items())) or 'no launcher'}, "
              f"{self.finished} runs to their end, {len(self.failures)} failures")
        return not self.failures

    def last(self):
        ranks, launcher = self.launch_of("none")
        damaged = self.damaged()
        life = Life(self.options, self.words(self.run, self.steps), ranks, launcher)
        code, text = life.end_by_itself()
        if code:
            raise Kill(f"the last life ends with {code}:\n{text}")
        self.check_skipped("the last life", text, damaged, done=True)
        self.compare()

    def close(self):
        if self.mounted:
            subprocess.run(["umount", str(self.disk)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("orrery")
    parser.add_argument("program")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--save-every", default="0s")
    parser.add_argument("--ranks", type=lambda s: [int(n) for n in s.split(",")], default=[1])
    parser.add_argument("--also", type=str.split, default=[], help="more options of the program")
    parser.add_argument("--ways", type=lambda s: s.split(","), default=[], help="ways of dying to take in turn instead of drawing them")
    parser.add_argument("--without", type=lambda s: s.split(","), default=[], help="ways of dying to leave out")
    parser.add_argument("--launchers", type=lambda s: s.split(","), default=["openmpi"])
    options = parser.parse_args()
    options.orrery = os.path.abspath(options.orrery)
    options.work = options.work.absolute()
    subprocess.run(["umount", str(options.work / "disk")], capture_output=True)  # of a test that was itself killed
    shutil.rmtree(options.work, ignore_errors=True)
    options.work.mkdir(parents=True)
    # A name of its own, by which its processes are found.
    options.program = shutil.copy(options.program, options.work / f"model-{os.getpid()}")
    options.program = str(options.program)
    runs = Runs(options)
    try:
        fine = runs.all()
    finally:
        runs.close()
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
