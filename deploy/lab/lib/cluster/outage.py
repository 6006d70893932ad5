#!/usr/bin/env python3
"""outage.py URL: asks URL again and again, with the bearer token that descriptor 3 gives, until standard input ends;
then prints the longest time, in seconds, from when a question was asked that got its 200 to the next 200."""
import os
import select
import sys
import time
import urllib.error
import urllib.request


def is_good(url, token):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=1) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def main(url):
    with os.fdopen(3) as file:
        token = file.read().strip()
    longest, last = 0.0, None
    while True:
        asked = time.monotonic()
        if is_good(url, token):
            if last is None:
                print("asking", flush=True)
            elif failed:
                longest = max(longest, time.monotonic() - last)
            last, failed = asked, False
        else:
            failed = True
        if select.select([sys.stdin], [], [], 0.025)[0] and not sys.stdin.buffer.read1():
            break
    print(f"{longest:.3f}")


main(sys.argv[1])
