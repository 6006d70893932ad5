#!/usr/bin/env python3
"""problems.py NODES: reads `kubectl get -o json` and prints what is not well in it, a line each."""
import json
import sys


def condition(thing, kind):
    return next((c["status"] for c in thing.get("status", {}).get("conditions", []) if c["type"] == kind), None)


def wanted_and_ready(thing):
    status = thing.get("status", {})
    if thing["kind"] == "DaemonSet":
        return status.get("desiredNumberScheduled"), status.get("numberReady", 0)
    return thing["spec"].get("replicas", 1), status.get("readyReplicas", 0)


def problem(thing):
    kind, metadata = thing["kind"], thing["metadata"]
    if kind == "Node":
        if thing["spec"].get("unschedulable"):
            return "is cordoned"
        if condition(thing, "Ready") != "True":
            return "is not Ready"
    elif kind in ("Deployment", "StatefulSet", "DaemonSet"):
        wanted, ready = wanted_and_ready(thing)
        if wanted is None or ready < wanted or thing.get("status", {}).get("observedGeneration", 0) < metadata.get("generation", 0):
            return f"has {ready} of {wanted} pods ready"
    elif kind == "Job":
        if condition(thing, "Complete") != "True":
            return "is not complete"
    elif kind in ("PersistentVolume", "PersistentVolumeClaim"):
        phase = thing.get("status", {}).get("phase")
        if phase != "Bound":
            return f"is {phase}, not Bound"
    elif kind == "Pod":
        phase = thing.get("status", {}).get("phase")
        if metadata.get("deletionTimestamp"):
            return "is being deleted"
        if phase not in ("Running", "Succeeded"):
            return f"is {phase}"
    return None


def main(nodes):
    things = json.load(sys.stdin)["items"]
    found = sum(thing["kind"] == "Node" for thing in things)
    if found != nodes:
        print(f"there are {found} nodes rather than {nodes}")
    for thing in things:
        words = problem(thing)
        if words:
            metadata = thing["metadata"]
            print(f"{thing['kind']} {metadata.get('namespace', '')}{'/' if 'namespace' in metadata else ''}{metadata['name']} {words}")


main(int(sys.argv[1]))
