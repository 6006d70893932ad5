#!/usr/bin/env python3
"""chaos.py STATE COORDINATOR FROM TO SEED RUN: upgrades the cluster of a running lab from one version to another while
something goes wrong at a random moment, gives the same command again until it is done, and lets the hosts themselves
tell what happened. One line says what was done; exits with 1 if anything is wrong, and says what.

The same seed and run choose the same thing to go wrong at the same line of the coordinator's progress.
"""
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import threading
import time

deploy = pathlib.Path(__file__).resolve().parents[2]
lab_program, cluster_program = str(deploy / "lab/lab"), str(deploy / "lab/cluster")
check_program = str(deploy / "lib/rehearsal/check.py")

# Lines of progress that an upgrade of three nodes prints, in which all of its phases are.
lines_of_progress = 46
attempts = 6
attempt_limit = 300


class Lab:
    def __init__(self, state):
        self.state = state
        self.hosts = [line.split()[0] for line in (pathlib.Path(state) / "hosts").read_text().splitlines()]

    def run(self, *words, check=True):
        done = subprocess.run([lab_program, words[0], self.state, *words[1:]], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=180)
        if check and done.returncode:
            raise RuntimeError(f"lab {' '.join(words)}: {done.stderr.strip()[-300:]}")
        return done.stdout.strip()

    def on(self, host, *command, check=True):
        return self.run("exec", "--host", host, "--", *command, check=check)

    def record(self, name):
        folder = pathlib.Path(self.state) / name
        subprocess.run(["rm", "-rf", str(folder)], check=True)
        subprocess.run([cluster_program, "record", self.state, str(folder)], check=True, timeout=180)
        return folder

    def agent(self, host):
        return self.on(host, "systemctl", "show", "--property=MainPID", "--value", "k3s-upgrade-agent.service")


class Attempt:
    """The coordinator's command, once: its progress is counted while it runs."""

    def __init__(self, lab, coordinator, target):
        self.inventory = f"{lab.state}/operator/cluster.yaml"
        self.coordinator = coordinator
        command = [lab_program, "exec", lab.state, "--operator", "--", coordinator, "upgrade", "--to", target,
                   "--inventory", self.inventory]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        self.output = []
        self.grown = threading.Condition()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            with self.grown:
                self.output.append(line.rstrip())
                self.grown.notify_all()
        with self.grown:
            self.output.append(None)
            self.grown.notify_all()

    def progress(self):
        return sum(1 for line in self.output if line and line.startswith("["))

    def await_line(self, number):
        """Whether that line came before the end."""
        with self.grown:
            self.grown.wait_for(lambda: self.progress() >= number or None in self.output, timeout=attempt_limit)
            return self.progress() >= number

    def pid(self):
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if words[0] == self.coordinator.encode() and self.inventory.encode() in words:
                return int(folder.name)
        return None

    def end(self):
        try:
            status = self.process.wait(timeout=attempt_limit)
        except subprocess.TimeoutExpired:
            if (pid := self.pid()) is not None:
                os.kill(pid, signal.SIGKILL)
            self.process.wait()
            status = "no end"
        self.reader.join()
        return status


def signal_coordinator(attempt, number):
    pid = attempt.pid()
    if pid is not None:
        os.kill(pid, number)


def coordinator_killed(lab, attempt, host, pause):
    signal_coordinator(attempt, signal.SIGKILL)


def coordinator_frozen(lab, attempt, host, pause):
    signal_coordinator(attempt, signal.SIGSTOP)
    time.sleep(pause)
    signal_coordinator(attempt, signal.SIGCONT)


def agent_killed(lab, attempt, host, pause):
    lab.on(host, "kill", "-9", lab.agent(host), check=False)


def agent_frozen(lab, attempt, host, pause):
    agent = lab.agent(host)
    lab.on(host, "kill", "-STOP", agent, check=False)
    time.sleep(pause)
    lab.on(host, "kill", "-CONT", agent, check=False)


def host_without_power(lab, attempt, host, pause):
    lab.run("kill", host)
    time.sleep(pause / 4)
    lab.run("boot", host)


def host_frozen(lab, attempt, host, pause):
    lab.run("freeze", host)
    time.sleep(pause)
    lab.run("thaw", host)


def host_cut_off(lab, attempt, host, pause):
    lab.run("cut", host, "operator")
    time.sleep(pause)
    lab.run("heal", host, "operator")


def host_unplugged(lab, attempt, host, pause):
    lab.run("unplug", host)
    time.sleep(pause)
    lab.run("plug", host)


strikes = [coordinator_killed, coordinator_frozen, agent_killed, agent_frozen, host_without_power, host_frozen,
           host_cut_off, host_unplugged]


def contradictions(before, after, hosts_file, target, strike, victim):
    """What the hosts tell against the upgrade, by the rehearsal's own check, and starts that were one too many."""
    check = subprocess.run([sys.executable, check_program, str(before), str(after), hosts_file, target, "upgraded"],
                           capture_output=True, text=True)
    found, bad = [], False
    for line in check.stdout.splitlines():
        if line.startswith("  NOT OK: "):
            # A host that lost its power did not say when it stopped.
            bad = not (strike is host_without_power and line.startswith("  NOT OK: each node was back"))
            if bad:
                found.append(line[len("  NOT OK: "):])
        elif line.startswith("          ") and bad:
            found.append(line.strip())
        else:
            bad = False
    if check.stderr:
        found.append(check.stderr.strip()[-300:])
    for line in pathlib.Path(hosts_file).read_text().splitlines():
        host = line.split()[0]
        logs = [(record / host / "var/log/k3s-standin.log").read_text().splitlines() for record in (before, after)]
        events = [json.loads(line) for line in logs[1][len(logs[0]):]]
        starts = sum(1 for event in events if event["event"] == "start" and event["version"] == target)
        # Power that comes back starts it once more.
        most = 2 if strike is host_without_power and host == victim else 1
        if not 1 <= starts <= most:
            found.append(f"{target} was started {starts} times on {host}")
    return found


def main(state, coordinator, origin, target, seed, run):
    lab = Lab(state)
    chance = random.Random(f"{seed}/{run}")
    strike, host = chance.choice(strikes), chance.choice(lab.hosts)
    line, delay, pause = chance.randint(1, lines_of_progress), chance.uniform(0, 0.4), chance.uniform(1, 45)
    before = lab.record("before")
    begun = time.monotonic()
    attempt = Attempt(lab, coordinator, target)
    struck = attempt.await_line(line)
    if struck:
        time.sleep(delay)
        strike(lab, attempt, host, pause)
    statuses, last = [], attempt
    for number in range(attempts):
        if number:
            time.sleep(2)
            last = Attempt(lab, coordinator, target)
        statuses.append(last.end())
        if statuses[-1] == 0:
            break
    wrong = [] if statuses[-1] == 0 else [f"the last attempt ended {statuses[-1]}"]
    wrong += contradictions(before, lab.record("after"), f"{state}/hosts", target, strike, host)
    what = strike.__name__.replace("_", " ") + (f" ({host}, {pause:.0f} s)" if struck else ", but the end came first")
    moment = next((text for text in reversed([t for t in attempt.output if t and t.startswith("[")][:line])), "at once")
    print(f"run {run}: {origin} to {target}, {what} at `{moment}`: statuses {statuses}, "
          f"{time.monotonic() - begun:.0f} s{': WRONG' if wrong else ''}", flush=True)
    for text in wrong:
        print(f"  {text}")
    if wrong:
        for text in [t for t in last.output if t][-25:]:
            print(f"  | {text}")
    return 1 if wrong else 0


sys.exit(main(*sys.argv[1:]))
