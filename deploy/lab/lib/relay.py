#!/usr/bin/env python3
"""relay.py INTERFACE INTERFACE MS: carries every frame from one to the other and back, each MS milliseconds late.

Bounded: beyond 4096 frames on their way, new ones are lost, as they are in a real queue.
Ends when an interface goes away.
"""
import collections
import select
import socket
import sys
import time

SOL_PACKET = 263
PACKET_VNET_HDR = 15  # frames keep what offloading left undone: checksums, segmentation
PACKET_IGNORE_OUTGOING = 23  # or the relay would hear itself
ETH_P_ALL = 3
LONGEST_FRAME = 70_000
MOST_ON_THEIR_WAY = 4096


def open_interface(name):
    interface = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    interface.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    interface.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    interface.setblocking(False)
    interface.bind((name, ETH_P_ALL))
    return interface


def take_in(source, target, queue, delay):
    while True:
        try:
            frame = source.recv(LONGEST_FRAME)
        except BlockingIOError:
            return
        if len(queue) < MOST_ON_THEIR_WAY:
            queue.append((time.monotonic() + delay, target, frame))


def hand_on(queue):
    while queue and queue[0][0] <= time.monotonic():
        _, target, frame = queue.popleft()
        try:
            target.send(frame)
        except BlockingIOError:
            pass  # a full queue loses frames


def main(first, second, milliseconds):
    a, b = open_interface(first), open_interface(second)
    other = {a: b, b: a}
    queue = collections.deque()
    while True:
        wait = max(0.0, queue[0][0] - time.monotonic()) if queue else None
        for source in select.select([a, b], [], [], wait)[0]:
            take_in(source, other[source], queue, float(milliseconds) / 1000)
        hand_on(queue)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except OSError as gone:
        sys.exit(f"relay {sys.argv[1]}: {gone}")
