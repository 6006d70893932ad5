# shellcheck shell=bash
# The rehearsal itself: the real coordinator against the hosts, and a look at them by other means.

coordinator=$root/.build/release/coordinator
agent=$root/.build-agent/release/k3s-upgrade-agent

# On the operator's machine: this one's files, the lab's network, a home of its own.
coordinate() { "$lab" exec "$state" --operator -- "$coordinator" "$@" --inventory "$state/operator/cluster.yaml" </dev/null; }

rehearse() {
    local status=0 began took
    say 'coordinator agents install'
    coordinate agents install --agent "$agent" >&2 || give_up $? 'the agents could not be installed'
    say 'coordinator status'
    coordinate status >&2 || give_up $? 'the status could not be had'
    "$cluster" record "$state" "$state/before" || give_up 1 'the hosts could not be looked at'
    break_host
    say "coordinator upgrade --to $to"
    began=$EPOCHREALTIME
    coordinate upgrade --to "$to" >"$state/report" || status=$?
    took=$((${EPOCHREALTIME/[.,]/} - ${began/[.,]/}))
    say "the upgrade took $((took / 1000000)).$((took / 100000 % 10)) s"
    "$cluster" record "$state" "$state/after" || give_up 1 'the hosts could not be looked at'
    if ! check "$status"; then
        say 'the hosts contradict the coordinator, see above'
        [ "$status" != 0 ] || status=1
    fi
    [ -z "$keep" ] || leave_up
    cat "$state/report"
    exit "$status"
}

give_up() { # STATUS WHAT
    say "$2"
    [ -z "$keep" ] || leave_up
    exit "$1"
}

# What the hosts say, whatever the coordinator and the agents say.
check() { # STATUS
    local outcome=upgraded
    [ "$1" = 0 ] || outcome=stopped
    say 'what the hosts themselves say:'
    /usr/bin/python3 "$root/deploy/lib/rehearsal/check.py" "$state/before" "$state/after" "$state/hosts" "$to" "$outcome" >&2
}

leave_up() {
    kill -USR1 "$keeper"
    until [ -e "$state/kept" ]; do
        kill -0 "$keeper" 2>/dev/null || fail 'the hosts have ended by themselves'
        sleep 0.02
    done
    trap - EXIT
    cat >&2 <<TEXT
rehearse: the hosts stay up. Use the coordinator there like this:
  $lab exec $state --operator -- $coordinator status --inventory $state/operator/cluster.yaml
rehearse: log in to a host:
  $lab ssh $state k3s-master
rehearse: break things (more with $lab help):
  $lab kill $state k3s-master
rehearse: end it all:
  $lab down $state
TEXT
}
