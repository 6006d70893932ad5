#!/usr/bin/env python3
"""check.py BEFORE AFTER HOSTS TO upgraded|stopped: compares two records of `cluster record` and prints what the
hosts themselves tell about a rehearsal, a line each: `ok`, or `NOT OK` with what is wrong. Exits with 1 if anything is.

Nothing here is read from the agents' journals: only units, environments, the API's objects, the snapshots' own bytes,
and the stand-in's log of its starts and stops. The hosts share a kernel, so their times since boot can be compared.
"""
import hashlib
import json
import pathlib
import sqlite3
import sys


class Host:
    def __init__(self, line, before, after):
        self.name, _, self.role = line.split()
        self.before, self.after = before / self.name, after / self.name

    def files(self, record):
        units = record / "etc/systemd/system"
        return {str(path.relative_to(units)): self.content(path) for path in sorted(units.rglob("k3s*")) if not path.is_dir()}

    @staticmethod
    def content(path):
        if path.is_symlink():
            return f"link to {path.readlink()}", 0
        return path.read_bytes(), path.stat().st_mode & 0o7777

    def events(self):
        """What the stand-in logged between the two records."""
        before, after = (self.lines(record) for record in (self.before, self.after))
        return [json.loads(line) for line in after[len(before):]]

    @staticmethod
    def lines(record):
        log = record / "var/log/k3s-standin.log"
        return log.read_text().splitlines() if log.exists() else []


def load(record):
    path = record / "objects.json"
    return json.loads(path.read_text())["items"] if path.exists() else None


def name(thing):
    metadata = thing["metadata"]
    return f"{thing['kind']} {metadata['namespace'] + '/' if 'namespace' in metadata else ''}{metadata['name']}"


def ready(thing):
    status = thing.get("status", {})
    return status.get("numberReady" if thing["kind"] == "DaemonSet" else "readyReplicas", 0)


def is_ready(node):
    return any(c["type"] == "Ready" and c["status"] == "True" for c in node["status"]["conditions"])


# Each check yields what is wrong; none is good.

def units_unchanged(hosts):
    for host in hosts:
        before, after = host.files(host.before), host.files(host.after)
        for path in sorted(before.keys() | after.keys()):
            if before.get(path) != after.get(path):
                yield f"{host.name}: {path} {'is gone' if path not in after else 'is new' if path not in before else 'differs'}"


def not_killed(hosts):
    for host in hosts:
        if (host.after / "var/log/k3s-killall.log").exists():
            yield f"{host.name}: k3s-killall.sh was run"


def versions(objects, wanted):
    for node in (thing for thing in objects if thing["kind"] == "Node"):
        found = node["status"]["nodeInfo"]["kubeletVersion"]
        if found != wanted:
            yield f"{node['metadata']['name']} runs {found}"


def all_ready(objects):
    return (f"{name(thing)} is not Ready" for thing in objects if thing["kind"] == "Node" and not is_ready(thing))


def no_cordon(objects):
    """A node that is not Ready may stay cordoned."""
    for node in (thing for thing in objects if thing["kind"] == "Node"):
        if node["spec"].get("unschedulable") and is_ready(node):
            yield f"{name(node)} is cordoned"


def workloads_back(before, after):
    now = {name(thing): thing for thing in after}
    for thing in before:
        if thing["kind"] not in ("Deployment", "StatefulSet", "DaemonSet"):
            continue
        found = now.get(name(thing))
        if found is None or ready(found) < ready(thing):
            yield f"{name(thing)} has {ready(found) if found else 'none'} of {ready(thing)} pods ready"


def volumes_bound(before, after):
    now = {name(thing): thing for thing in after}
    for thing in before:
        if thing["kind"] not in ("PersistentVolume", "PersistentVolumeClaim"):
            continue
        found = now.get(name(thing))
        phase = found["status"].get("phase") if found else "gone"
        if phase != "Bound" or found["metadata"]["uid"] != thing["metadata"]["uid"]:
            yield f"{name(thing)} is {phase}{' but another' if phase == 'Bound' else ''}"


def starts(hosts, version):
    """(time, host) of each host's first start of that version."""
    found = []
    for host in hosts:
        times = [event["boottime"] for event in host.events() if event["event"] == "start" and event["version"] == version]
        if times:
            found.append((min(times), host))
    return sorted(found, key=lambda pair: pair[0])


def order(hosts, version, upgraded):
    first = starts(hosts, version)
    wanted = sorted(hosts, key=lambda host: (host.role != "server", host.name))[:None if upgraded else len(first)]
    if [host for _, host in first] != wanted:
        yield f"{version} was started on {', '.join(host.name for _, host in first) or 'none'}"


def one_at_a_time(hosts, version):
    """The next node goes down only after the one before is registered with the new version."""
    first = starts(hosts, version)
    for (_, host), (_, following) in zip(first, first[1:]):
        up = [e["boottime"] for e in host.events() if e["event"] == "registered" and e["version"] == version]
        down = [e["boottime"] for e in following.events() if e["event"] == "stop" and e["version"] != version]
        if not up or not down or min(down) < min(up):
            yield f"{following.name} was stopped before {host.name} was back"


def snapshot(hosts, version):
    servers = [host for host in hosts if host.role == "server"]
    folders = [folder for host in servers for folder in sorted((host.after / "var/lib/k3s-upgrade-agent/snapshots").glob("*/"))]
    good = [folder for folder in folders if is_good_snapshot(folder)]
    if not good:
        yield f"no server has a good snapshot with its token ({len(folders)} there)"
        return
    begun = [event["time"] for host in hosts for event in host.events() if event["event"] == "start" and event["version"] == version]
    if begun and min((folder / "manifest.json").stat().st_mtime for folder in good) * 1000 >= min(begun):
        yield f"the snapshot was made after {version} had started"


def is_good_snapshot(folder):
    manifest = folder / "manifest.json"
    if not manifest.exists():
        return False
    stored = {file["path"]: folder / file["stored"] for file in json.loads(manifest.read_text())["files"]}
    tokens = [path for original, path in stored.items() if original.endswith("/server/token")]
    return bool(tokens) and tokens[0].read_bytes().strip() != b"" and any(
        is_sqlite_whole(path) or is_etcd_whole(path) for path in stored.values())


def is_sqlite_whole(path):
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            return False
    database = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        return database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        database.close()


def is_etcd_whole(path):
    """etcd's own rule: the last 32 bytes are the SHA-256 of all before them."""
    content = path.read_bytes()
    return len(content) % 512 == 32 and hashlib.sha256(content[:-32]).digest() == content[-32:]


def checks(before_folder, after_folder, hosts, version, upgraded):
    before, after = load(before_folder), load(after_folder)
    yield "unit, environment and links are byte for byte as before on every host", units_unchanged(hosts)
    yield "k3s-killall.sh was never run", not_killed(hosts)
    yield f"{version} was started on the servers one by one, then on the workers", order(hosts, version, upgraded)
    yield "each node was back before the next went down", one_at_a_time(hosts, version)
    if upgraded or starts(hosts, version):
        yield "a whole snapshot with its token was there before", snapshot(hosts, version)
    if after is None:
        yield "the API answers", iter(["it does not"] if upgraded else [])
        return
    yield "no node that is Ready is cordoned", no_cordon(after)
    yield "every volume and claim is the same, and Bound", volumes_bound(before, after)
    if upgraded:
        yield f"every node is Ready with {version}", [*versions(after, version), *all_ready(after)]
        yield "every workload is back", workloads_back(before, after)


def history(hosts):
    events = [event for host in hosts for event in host.events() if event["event"] in ("snapshot", "start", "ready", "registered", "stop", "cordon", "uncordon")]
    events.sort(key=lambda event: event["boottime"])
    for event in events:
        words = "" if event["event"] in ("cordon", "uncordon", "snapshot") else f" {event['version']}"
        target = f" {event['target']}" if "target" in event else ""
        print(f"  {(event['boottime'] - events[0]['boottime']) / 1000:6.1f} s  {event['node']}: {event['event']}{words}{target}")


def main(before, after, hosts, version, outcome):
    before, after = pathlib.Path(before), pathlib.Path(after)
    hosts = [Host(line, before, after) for line in pathlib.Path(hosts).read_text().splitlines()]
    history(hosts)
    failed = False
    for what, wrong in checks(before, after, hosts, version, outcome == "upgraded"):
        wrong = list(wrong)
        failed = failed or bool(wrong)
        print(f"  {'NOT OK' if wrong else 'ok'}: {what}")
        for line in wrong:
            print(f"          {line}")
    sys.exit(failed)


main(*sys.argv[1:])
