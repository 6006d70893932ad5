/*
 * Promises, nonces, leases, fencing and held drains, for spin. README.md says what is modelled, how far, and how to read
 * a trail; `check` runs it. Beside each part stands the code that it stands for.
 *
 * Sizes and switches come as -D options:
 *   SERVERS=1   one server (node 0) and two workers (1, 2): install, then for each worker drain, install, uncordon
 *   SERVERS=3   three servers: install, one after the other
 *   FAULTS=n    how many faults there are in a history
 *   WORKERS=n   with SERVERS=1: workers that the plan upgrades (1 or 2)
 *   AGENTS=2    with WORKERS=1: no second worker that only promises
 *   NO_TAKE_OVER, NO_ASSUMING   nobody takes over a live holder, or assumes a node down
 *   PROGRESS    with what must happen at last, in place of the look at the last state
 *   WITHOUT_x   guard x is removed;  ADMIT_x   assumption x is dropped
 */

#ifndef SERVERS
#define SERVERS 1
#endif
#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef FAULTS
#define FAULTS 2
#endif
#ifndef COORDINATORS
#define COORDINATORS 2
#endif

#define NODES 3
#if AGENTS == 2
#define absent 4 /* node 2 takes no part */
#else
#define absent 0
#endif
#define IDS 3 /* nonces of one agent that somebody may still quote: one a coordinator, and one astray */

/* ---- The plan (CoordinatorCore/Planning/Planner.swift): step, what it does, whose node, which agent ---- */

#define INSTALL 0
#define DRAIN 1
#define UNCORDON 2

/* Tables of two bits a step: what it does, whose node, which agent does it. */
#if SERVERS == 1
#define STEPS (1 + 3 * WORKERS)
#define kind(s) ((8580 >> (2 * (s))) & 3)
#define about(s) ((10836 >> (2 * (s))) & 3)
#define executor(s) ((2064 >> (2 * (s))) & 3)
#define drainOf(w) (3 * (w) - 2)
#define installOf(n) ((n) == 0 -> 0 : 3 * (n) - 1)
#else
#define STEPS 3
#define kind(s) INSTALL
#define about(s) (s)
#define executor(s) (s)
#define drainOf(w) 0
#define installOf(n) (n)
#endif
#define isPlanned(n) (SERVERS != 1 || (n) <= WORKERS)
#define bit(x) (1 << (x))

/* ---- What an agent keeps. Durable (AgentCore/Journal/AgentState.swift): ---- */

byte promised[NODES];  /* an epoch: counter * 4 + the coordinator's process; 0 none (Wire/Lease/Epoch.swift) */
bool holder[NODES];    /* somebody holds the promised epoch */
byte current[NODES];   /* the open step + 1; 0 none */
byte currentEpoch[NODES];
byte phase[NODES];
byte undoing[NODES];   /* NONE, or how the step will have ended */
byte outcome[STEPS];
byte outcomeEpoch[STEPS];
byte attempt[STEPS];
byte held[NODES];      /* the epoch of the drain that is held for this worker, by node 0; 0 none */

/* Volatile (AgentMachine.swift, Leases/NonceBook.swift): lost with the agent's process. */
bool up[NODES];
bool alive[NODES];     /* the holder was heard within the time to live */
bool over[NODES];      /* the current step's lease has ended, or its effect was asked to stop */
byte nonce[NODES * IDS];
bool givingBack[NODES]; /* the giving back of this worker is under way, by node 0 */

#define NONE 0
#define DONE 1
#define ABANDONED 2
#define FAILED 3

/* Phases (Wire/Plan/Phase.swift), those that matter here. */
#define CORDON 0
#define EVICT 1
#define CHECK 0
#define PLACE 1       /* the point of no return */
#define RESTART 2

/* A nonce's life. The agent's book knows OUT and EXPIRED; the others are gone from it, and kept apart for the rules. */
#define FREE 0
#define OUT 1
#define OLD 2         /* a newer one was issued since */
#define EXPIRED 3
#define SPENT 4
#define VOID 5        /* of an earlier life of the agent */

/* ---- The nodes ---- */
bool mark[NODES];      /* our cordon */
bool notReady[NODES];  /* k3s is being restarted */
bool placed[NODES];    /* the new binary is in its place */
bool upgraded[NODES];  /* the node shows the new version */

/* ---- Coordinators (CoordinatorCore/Rollout) ---- */
byte stage[COORDINATORS];
byte at[COORDINATORS];       /* the node that the stage has come to, or the step */
byte epoch[COORDINATORS];
bool takesOver[COORDINATORS];
byte assumed[COORDINATORS];  /* nodes that the operator says are down */
byte promisedMe[COORDINATORS];
byte idle[COORDINATORS];     /* nodes whose last report said so */
byte done[COORDINATORS];     /* steps whose last report said so; a drain only if of this epoch */
byte fresh[COORDINATORS];    /* workers whose hold will outlast their install (Rollout+Steps.swift, isFresh) */
byte holds[COORDINATORS];    /* workers that node 0's last report named as held */
byte tries[COORDINATORS];
byte after[COORDINATORS];    /* attempts at the step at hand that were known before it was leased */
byte ending[COORDINATORS];

#define OFF 0
#define CLAIMING 1
#define WAITING 2      /* told that another holds it */
#define SETTLING 3
#define RUNNING 4
#define ASKING 5       /* for the nonce of a grant */
#define GRANTING 7
#define WATCHING 8
#define REFRESHING 9   /* giving back: what does each agent say now? */
#define RETURNING 10   /* giving back: asking for each held worker */
#define CONCLUDING 11
#define RELEASING 12
#define ENDED 13

#define SUCCEEDED 1
#define STOPPED 2      /* failed or interrupted */
#define FENCED_OFF 3
#define REFUSED 4      /* another holds the lock */
#define CRASHED 5

#define isRunning(c) (stage[c] != OFF && stage[c] != ENDED)
#define takesPart(c, n) (!(assumed[c] & bit(n)))

/* ---- The network: one question at a time a coordinator, and one that went astray ---- */
byte way[COORDINATORS];     /* NOWHERE, THERE (a question), BACK (its answer) */
byte peer[COORDINATORS];
byte asked[COORDINATORS];
byte quoted[COORDINATORS];  /* the nonce in the question or the answer, + 1; or the worker of a give-back */
bool again[COORDINATORS];
byte code[COORDINATORS];
bool saysIdle[COORDINATORS];
byte saysDone[COORDINATORS];
byte saysHeld[COORDINATORS];
byte saysEnded[COORDINATORS];  /* the outcome of the step at hand, of an attempt that was not known before */

#define NOWHERE 0
#define THERE 1
#define BACK 2

byte strayKind, strayPeer, strayEpoch, strayStep, strayQuoted;
bool strayAgain, strayTakesOver;

#define NOTHING 0
#define CLAIM 1        /* Wire/Messages/Request.swift */
#define BEAT 2
#define GRANT 3
#define GIVE_BACK 4
#define RELEASE 5
#define CONCLUDE 6

#define OK 0           /* Wire/Messages/Refusal.swift */
#define FENCED 1
#define UNPROMISED 2
#define HELD 3
#define STALE 4        /* `nonce` and `expired`: with a fresh nonce at once */
#define BUSY 5

byte faults = FAULTS;

/* ---- For the rules alone; nothing that is modelled reads them ---- */
byte acknowledged[NODES];   /* the highest epoch that an agent said it had promised */
bool sound[NODES];          /* the open step's lease has neither ended nor been orphaned by a restart */
bool excused[COORDINATORS]; /* succeeded by a take-over, or after silence, or having let go */
bool sure[COORDINATORS];    /* began alone, after the last fault: must succeed */

hidden byte i, j, k, answerCode;

/* ================================================ The rules ================================================ */

/* Whether a node is disrupted: drained or about to be, or in its install. */
#define isDisrupted(n) (mark[n] || current[n] == installOf(n) + 1 || \
    (SERVERS == 1 && (n) > 0 && isPlanned(n) && current[0] == drainOf(n) + 1))

/* Rules 1 and 6, where an agent takes a lease up. Nodes that the operator declared to be down are not counted. */
inline judgeStart(n, e, s) {
    assert(e >= acknowledged[n]); /* stale start: a newer epoch was promised */
    if
    :: kind(s) != UNCORDON ->
        for (i : 0 .. NODES - 1) {
            assert(i == about(s) || !isDisrupted(i) || (assumed[e % 4] & bit(i))) /* mutual exclusion: another node is disrupted */
        }
    :: else
    fi;
    assert(SERVERS != 1 || kind(s) != INSTALL || about(s) == 0 || mark[about(s)]) /* an install on a worker that is not drained */
}

/* Rule 4: a cordon of ours has somebody who takes it off, after any crash at any moment. */
#define isSafe(w) (!mark[w] || held[w] != 0 || current[0] == drainOf(w) + 1)
inline judgeCordons() {
    assert(SERVERS != 1 || (isSafe(1) && isSafe(2))) /* lost cordon */
}

inline judgeReturn(w) {
    assert(current[w] != installOf(w) + 1) /* a node is given back in the middle of its install */
}

/* =============================================== The agents =============================================== */

/* AgentMachine+Requests.swift, requireHolder */
inline hear(n, e) {
    if
#ifndef WITHOUT_FENCE
    :: e < promised[n] -> answerCode = FENCED
#endif
    :: else ->
        if
#ifndef WITHOUT_FENCE
        :: e != promised[n] || !holder[n] -> answerCode = UNPROMISED
#else
        :: !holder[n] -> answerCode = UNPROMISED
#endif
        :: else -> answerCode = OK; alive[n] = true
        fi
    fi
}

#ifdef WITHOUT_FSYNC
byte onDisk[NODES]; /* the promise as a power loss would leave it */
bool holderOnDisk[NODES];
#endif

/* promise */
inline claim(n, e, taking) {
    if
    :: e < promised[n] -> answerCode = FENCED
    :: e == promised[n] -> hear(n, e)
    :: e > promised[n] ->
        if
#ifndef WITHOUT_HOLDER
        :: holder[n] && alive[n] && !taking -> answerCode = HELD
#endif
        :: else ->
            if
            :: !holder[n] || taking || !alive[n] -> excused[promised[n] % 4] = true
            :: else
            fi;
            promised[n] = e;
            sound[n] = false;
            holder[n] = true;
            alive[n] = true;
            answerCode = OK
        fi
    fi;
    if
    :: answerCode == OK -> acknowledged[n] = (acknowledged[n] > e -> acknowledged[n] : e)
    :: else
    fi
}

/* A nonce that nobody quotes any more is as good as none. */
#define quotedBy(c, n, q) (way[c] == BACK && stage[c] == ASKING && peer[c] == n && quoted[c] == q)
#define isQuoted(n, q) (quotedBy(0, n, q) || quotedBy(1, n, q) || \
    (strayKind == GRANT && strayPeer == n && strayQuoted == q))
inline sweep(n) {
    nonce[n * IDS] = (isQuoted(n, 1) -> nonce[n * IDS] : FREE);
    nonce[n * IDS + 1] = (isQuoted(n, 2) -> nonce[n * IDS + 1] : FREE);
    nonce[n * IDS + 2] = (isQuoted(n, 3) -> nonce[n * IDS + 2] : FREE)
}

/* NonceBook.issue; with `wanted`, gives its number + 1 as j. */
inline issue(n, wanted) {
#ifndef WITHOUT_NEWEST_NONCE
    for (k : 0 .. IDS - 1) {
        if
        :: nonce[n * IDS + k] == OUT || nonce[n * IDS + k] == EXPIRED -> nonce[n * IDS + k] = OLD
        :: else
        fi
    }
#endif
    if
    :: wanted ->
        j = 0;
        do
        :: j < IDS && nonce[n * IDS + j] != FREE -> j++
        :: else -> break
        od;
        assert(j < IDS); /* the model's own bound: too few nonces */
        nonce[n * IDS + j] = OUT;
        j++
    :: else -> j = 0
    fi
}

#define life nonce[n * IDS + q - 1]
#if defined(WITHOUT_NONCE)
#define isGood(x) (x == OUT || x == OLD || x == SPENT || x == VOID)
#elif defined(WITHOUT_LIFE)
#define isGood(x) (x == OUT || x == EXPIRED)
#elif defined(WITHOUT_FORGETTING)
#define isGood(x) (x == OUT || x == VOID)
#else
#define isGood(x) (x == OUT)
#endif

/* admit, grant, and AgentMachine+Steps.swift, begin */
inline grant(n, e, s, q, more) {
    hear(n, e);
    if
    :: answerCode == OK ->
        if
        :: isGood(life) ->
            if
            :: current[n] == s + 1 && currentEpoch[n] == e -> skip
            :: current[n] != 0 && !(current[n] == s + 1 && currentEpoch[n] == e) -> answerCode = BUSY
            :: else ->
                if
                :: outcome[s] == DONE && !(more && kind(s) == DRAIN) -> skip
#ifndef WITHOUT_ONE_AT_A_TIME
                /* A node that is being given back is not drained meanwhile. */
                :: kind(s) == DRAIN && givingBack[about(s)] -> answerCode = BUSY
#endif
                :: else ->
                    printf("agent %d: begins step %d of epoch %d\n", n, s, e);
                    judgeStart(n, e, s);
                    assert(life == OUT); /* stale start: the nonce is spent, expired, or of another life */
                    current[n] = s + 1;
                    currentEpoch[n] = e;
                    phase[n] = 0;
                    undoing[n] = NONE;
                    outcome[s] = NONE;
                    outcomeEpoch[s] = 0;
                    attempt[s]++;
                    over[n] = false;
                    sound[n] = true
                fi
            fi;
            life = SPENT
        :: else -> answerCode = STALE
        fi
    :: else
    fi
}

/* AgentMachine+Holds.swift, giveBackNow */
#ifdef WITHOUT_ONE_AT_A_TIME
#define isDrainedNow(w) false
#else
#define isDrainedNow(w) (current[0] == drainOf(w) + 1)
#endif
inline giveBackNow(w) {
    if
    :: held[w] != 0 && !givingBack[w] && !isDrainedNow(w) ->
        printf("agent 0: begins to give node %d back\n", w);
        givingBack[w] = true
    :: else
    fi
}

/* AgentMachine.receive. A question of `kind_` reaches agent n. */
inline receive(what, n, e, s, q, more, taking) {
    if
    :: what == CLAIM -> claim(n, e, taking)
    :: what == BEAT -> hear(n, e)
    :: what == GRANT -> grant(n, e, s, q, more)
    :: what == GIVE_BACK ->
        hear(n, e);
        if
        :: answerCode == OK -> giveBackNow(q)
        :: else
        fi
    :: what == RELEASE ->
        hear(n, e);
        if
        :: answerCode == OK -> holder[n] = false; alive[n] = false; over[n] = (current[n] != 0); sound[n] = false
        :: else
        fi
    :: what == CONCLUDE ->
        hear(n, e);
        if
        :: answerCode == OK && current[n] != 0 -> answerCode = BUSY
        :: answerCode == OK && current[n] == 0 -> holder[n] = false; alive[n] = false
        :: else
        fi
    fi
}

/* AgentMachine.report, as far as coordinator c can read anything from it */
inline report(c, n) {
    saysIdle[c] = (current[n] == 0);
    saysDone[c] = 0;
    saysHeld[c] = 0;
    saysEnded[c] = NONE;
    for (i : 0 .. STEPS - 1) {
        if
        :: executor(i) == n && outcome[i] == DONE && (kind(i) != DRAIN || outcomeEpoch[i] == epoch[c]) ->
            saysDone[c] = saysDone[c] | bit(i)
        :: else
        fi
    }
#if SERVERS == 1
    for (i : 1 .. WORKERS) {
        if
        :: n == 0 && held[i] != 0 -> saysHeld[c] = saysHeld[c] | bit(i)
        :: else
        fi
    }
#endif
    if
    :: (stage[c] == ASKING || stage[c] == GRANTING || stage[c] == WATCHING) && executor(at[c]) == n &&
        outcome[at[c]] != NONE && attempt[at[c]] > after[c] -> saysEnded[c] = outcome[at[c]]
    :: else
    fi
}

/* finish: `held` or `heldEnded` is recorded before `stepEnded` */
inline finish(n, result) {
    printf("agent %d: step %d ends: %d\n", n, current[n] - 1, result);
    outcome[current[n] - 1] = result;
    outcomeEpoch[current[n] - 1] = currentEpoch[n];
    current[n] = 0;
    currentEpoch[n] = 0;
    phase[n] = 0;
    undoing[n] = NONE;
    over[n] = false;
    sound[n] = false
}

#ifdef WITHOUT_HOLD
#define hold(w, e) skip
#else
#define hold(w, e) held[w] = e
#endif

/* AgentState.apply, heldEnded: the drain's outcome goes with it, so that a resume drains that node again. */
inline endHold(w) {
    printf("agent 0: its hold of node %d ends\n", w);
    held[w] = 0;
    outcome[drainOf(w)] = NONE;
    outcomeEpoch[drainOf(w)] = 0
}

/* AgentRuntime/Steps/NodeSteps+Drain.swift, takeCordonOff: one guarded write */
inline takeOff(w) {
    printf("node %d: its cordon is taken off\n", w);
    judgeReturn(w);
    mark[w] = false
}

/* cordon: where our mark is already, nothing is written. */
inline cordon(w, e) {
    printf("node %d: is cordoned by epoch %d\n", w, e);
    mark[w] = true
}

#define here current[n] - 1
#define works (up[n] && current[n] != 0)
#define pastReturn (kind(here) == INSTALL && phase[n] >= PLACE)
#define mustUndo (over[n] || currentEpoch[n] != promised[n])
#define enter(p) phase[n] = p; printf("agent %d: step %d comes to phase %d\n", n, here, p)

#ifdef WITHOUT_LEASE_END
#undef mustUndo
#define mustUndo false
#endif

#define quotes_(c, n) (way[c] == BACK && stage[c] == ASKING && peer[c] == n && quoted[c] != 0 && \
    nonce[n * IDS + quoted[c] - 1] == OUT)
#define quotes(n) (quotes_(0, n) || quotes_(1, n) || \
    (strayKind == GRANT && strayPeer == n && nonce[n * IDS + strayQuoted - 1] == OUT))

/* The link breaks: neither the question nor its answer is waited for any more (Rollout.linkDown). */
inline forget(c) {
    way[c] = NOWHERE;
    j = peer[c];
    peer[c] = 0;
    asked[c] = NOTHING;
    quoted[c] = 0;
    code[c] = OK;
    saysIdle[c] = false;
    saysDone[c] = 0;
    saysHeld[c] = 0;
    saysEnded[c] = NONE;
    stage[c] = (stage[c] == GRANTING -> ASKING : stage[c]);
    sweep(j)
}

inline die(n) {
    faults--;
    printf("agent %d: dies\n", n);
    up[n] = false;
    sound[n] = false;
    alive[n] = false;
    over[n] = false;
    for (i : 0 .. IDS - 1) {
        if
        :: nonce[n * IDS + i] != FREE -> nonce[n * IDS + i] = VOID
        :: else
        fi
    }
    for (i : 0 .. COORDINATORS - 1) {
        if
        :: way[i] != NOWHERE && peer[i] == n -> forget(i)
        :: else
        fi
    }
#if SERVERS == 1
    if
    :: n == 0 -> givingBack[1] = false; givingBack[2] = false
    :: else
    fi;
#endif
#ifdef WITHOUT_FSYNC
    promised[n] = onDisk[n];
    holder[n] = holderOnDisk[n];
#endif
    skip
}

/* AgentMachine+Recovery.swift, resume: no lease outlives its agent. */
inline recover(n) {
    if
#ifndef WITHOUT_UNDO_ON_RECOVERY
    :: current[n] != 0 && undoing[n] == NONE && !(pastReturn && (phase[n] != PLACE || placed[n])) ->
        undoing[n] = ABANDONED
#endif
    :: else
    fi
}


#define overtaken_(c, n) ((promisedMe[c] & bit(n)) && up[n] && promised[n] > epoch[c])
#ifdef WITHOUT_FENCE
#define overtaken(c) false
#else
#define overtaken(c) (overtaken_(c, 0) || overtaken_(c, 1) || overtaken_(c, 2))
#endif

/* The operator's word: a node that is assumed down is off, and stays so until all others have promised, and for as long as
   a coordinator is left that could still lead this node while another leads the rest, or has led it. */
#ifdef ADMIT_EARLY_RETURN
#define mayReturn(n) true
#else
#define leftBehind(c, other, n) (isRunning(c) && takesPart(c, n) && !takesPart(other, n) && \
    (isRunning(other) || overtaken(c)))
#define isClaimedWithout(c, n) (!takesPart(c, n) && stage[c] >= CLAIMING && stage[c] <= SETTLING)
#define mayReturn(n) (!isClaimedWithout(0, n) && !isClaimedWithout(1, n) && !leftBehind(0, 1, n) && !leftBehind(1, 0, n))
#endif

#define isReady(n) (!notReady[n] && !(!up[n] && ((assumed[0] | assumed[1]) & bit(n))))

#ifdef WITHOUT_WATCH
#define watches(w) false
#else
#define watches(w) (n == 0 && up[0] && held[w] != 0 && !isDrainedNow(w) && !(holder[0] && alive[0]))
#endif

/* Ready on the target version, its node Lease renewed twice while we looked */
#ifdef WITHOUT_VERSION
#define judged(w) (!givingBack[w] && mark[w])
#else
#define judged(w) (!givingBack[w] && mark[w] && isReady(w) && upgraded[w])
#endif

/* Ready, and the hold's limit over. The limit is longer than an install takes that a coordinator began while it took
   the hold for fresh (Rollout+Steps.swift, isFresh): when it is over, no such install is going on or may begin. */
#ifdef WITHOUT_LIMIT
#define limitOver(w) (!givingBack[w] && mark[w] && isReady(w))
#else
#define installs(c, w) (stage[c] >= ASKING && stage[c] <= WATCHING && (at[c] == installOf(w) || \
    (at[c] == drainOf(w) && held[w] == epoch[c] && attempt[at[c]] > after[c])))
#define limitOver(w) (!givingBack[w] && mark[w] && isReady(w) && current[w] == 0 && \
    !installs(0, w) && !installs(1, w))
#endif
inline age(w) {
    fresh[0] = fresh[0] & ~bit(w);
    fresh[1] = fresh[1] & ~bit(w);
    for (i : 0 .. IDS - 1) {
        if
        :: nonce[w * IDS + i] == OUT -> nonce[w * IDS + i] = EXPIRED
        :: else
        fi
    }
    skip
}

/* NodeSteps.giveBack and AgentMachine.giveBackEnded; a node that is not Ready keeps its cordon, and its hold. */
inline returned(w) {
    if
    :: mark[w] && !isReady(w) -> skip
    :: else ->
        if
        :: mark[w] -> takeOff(w)
        :: else
        fi;
        if
        :: held[w] != 0 -> endHold(w)
        :: else
        fi
    fi;
    givingBack[w] = false
}

/* The agent of node n: its steps, and on node 0 the nodes that it holds (AgentMachine+Steps, +Holds, +Recovery). */
proctype agent(byte n) {
end:
    do
    /* --- an effect ends (effectEnded, goOn) --- */
    /* drain: cordon */
    :: d_step { works && SERVERS == 1 && undoing[n] == NONE && kind(here) == DRAIN && phase[n] == CORDON ->
        cordon(about(here), currentEpoch[n]);
        if
        :: mustUndo -> undoing[n] = ABANDONED
        :: else -> enter(EVICT)
        fi;
        judgeCordons() }
    /* drain: evict. kubectl drain cordons by itself what is not cordoned, and without our mark. */
    :: d_step { works && SERVERS == 1 && undoing[n] == NONE && kind(here) == DRAIN && phase[n] == EVICT ->
        assert(mark[about(here)]); /* lost cordon: made by kubectl drain, and taken for the operator's */
        if
        :: mustUndo -> undoing[n] = ABANDONED
        :: else ->
            hold(about(here), currentEpoch[n]);
            finish(n, DONE)
        fi;
        judgeCordons() }
    /* ... and its process dies between the records `held` and `stepEnded` */
    :: d_step { works && SERVERS == 1 && undoing[n] == NONE && kind(here) == DRAIN && phase[n] == EVICT && !mustUndo &&
        faults > 0 ->
        hold(about(here), currentEpoch[n]);
        die(n);
        judgeCordons() }
    /* uncordon: the node is waited for, then its cordon is taken off */
    :: d_step { works && SERVERS == 1 && undoing[n] == NONE && kind(here) == UNCORDON && upgraded[about(here)] &&
        isReady(about(here)) ->
        takeOff(about(here));
        if
        :: mustUndo -> undoing[n] = ABANDONED
        :: else ->
            i = about(here);
            if
            :: held[i] != 0 -> endHold(i)
            :: else
            fi;
            finish(n, DONE)
        fi;
        judgeCordons() }
    /* ... or is told to stop before it has done so */
    :: d_step { works && SERVERS == 1 && undoing[n] == NONE && kind(here) == UNCORDON && mustUndo ->
        undoing[n] = ABANDONED }
    /* install */
    :: d_step { works && undoing[n] == NONE && kind(here) == INSTALL && phase[n] == CHECK ->
        if
        :: mustUndo -> undoing[n] = ABANDONED
        :: else ->
            assert(sound[n]); /* stale start: the point of no return is passed on a lease that is over */
            enter(PLACE)
        fi }
    :: d_step { works && undoing[n] == NONE && kind(here) == INSTALL && phase[n] == PLACE ->
        placed[n] = true;
        notReady[n] = !upgraded[n];
        enter(RESTART) }
    :: d_step { works && undoing[n] == NONE && kind(here) == INSTALL && phase[n] == RESTART ->
        notReady[n] = false;
        upgraded[n] = true;
        finish(n, DONE) }
    /* an effect fails (undo) */
    :: d_step { works && undoing[n] == NONE && faults > 0 && !pastReturn ->
        faults--;
        printf("agent %d: step %d fails\n", n, here);
        undoing[n] = FAILED }
    /* the undoing ends */
    :: d_step { works && undoing[n] != NONE ->
        if
        :: SERVERS == 1 && kind(here) == DRAIN && mark[about(here)] -> takeOff(about(here))
        :: else
        fi;
        finish(n, undoing[n]);
        judgeCordons() }
    /* ... or fails: a drain whose cordon could not be taken off stays held */
    :: d_step { works && SERVERS == 1 && undoing[n] != NONE && faults > 0 && kind(here) == DRAIN ->
        faults--;
#ifndef WITHOUT_HOLD_AFTER_UNDO
        hold(about(here), currentEpoch[n]);
#endif
        finish(n, undoing[n]);
        judgeCordons() }

    /* --- the process ends, and comes back --- */
    :: d_step { up[n] && faults > 0 -> die(n) }
    :: d_step { !up[n] && mayReturn(n) ->
        printf("agent %d: is back\n", n);
        up[n] = true;
        alive[n] = holder[n];
        recover(n) }
    /* the process dies in `place`, after the rename and before its record */
    :: d_step { works && undoing[n] == NONE && kind(here) == INSTALL && phase[n] == PLACE && !placed[n] && faults > 0 ->
        placed[n] = true }
    /* ... in `cordon`, after the write and before its record */
    :: d_step { works && SERVERS == 1 && undoing[n] == NONE && kind(here) == DRAIN && phase[n] == CORDON &&
        !mark[about(here)] && faults > 0 ->
        cordon(about(here), currentEpoch[n]);
        judgeCordons() }
#ifdef WITHOUT_FSYNC
    :: d_step { up[n] && (onDisk[n] != promised[n] || holderOnDisk[n] != holder[n]) ->
        onDisk[n] = promised[n];
        holderOnDisk[n] = holder[n] }
#endif

    /* --- its own clock: the holder has been silent for the time to live. Every lease and nonce of it is older. --- */
#ifndef WITHOUT_TIME_TO_LIVE
    :: d_step { up[n] && alive[n] && holder[n] && (faults > 0 || !isRunning(promised[n] % 4)) ->
        faults = (isRunning(promised[n] % 4) -> faults - 1 : faults);
        printf("agent %d: its holder was silent too long\n", n);
        alive[n] = false;
        over[n] = (current[n] != 0);
        sound[n] = false;
        for (i : 0 .. IDS - 1) {
            if
            :: nonce[n * IDS + i] == OUT -> nonce[n * IDS + i] = EXPIRED
            :: else
            fi
        }
        skip }
#endif
    /* the current lease ends */
    :: d_step { works && !over[n] && !(undoing[n] != NONE) && !pastReturn &&
        (faults > 0 || !isRunning(currentEpoch[n] % 4)) ->
        faults = (isRunning(currentEpoch[n] % 4) -> faults - 1 : faults);
        printf("agent %d: its lease is over\n", n);
        over[n] = true;
        sound[n] = false }
    /* a nonce's life is over before its grant is read */
    :: d_step { up[n] && faults > 0 && quotes(n) ->
        faults--;
        for (i : 0 .. IDS - 1) {
            if
            :: nonce[n * IDS + i] == OUT -> nonce[n * IDS + i] = EXPIRED
            :: else
            fi
        }
        skip }

#if SERVERS == 1
    /* --- held nodes, by node 0, while nobody leads (watchHolds, heldObserved; Steps/HoldJudgement.swift) --- */
    :: d_step { watches(1) && judged(1) -> giveBackNow(1) }
    :: d_step { watches(1) && !mark[1] && !givingBack[1] -> endHold(1) }
    :: d_step { watches(1) && limitOver(1) -> giveBackNow(1); age(1) }
    :: d_step { n == 0 && up[n] && givingBack[1] -> returned(1); judgeCordons() }
#if WORKERS == 2
    :: d_step { watches(2) && judged(2) -> giveBackNow(2) }
    :: d_step { watches(2) && !mark[2] && !givingBack[2] -> endHold(2) }
    :: d_step { watches(2) && limitOver(2) -> giveBackNow(2); age(2) }
    :: d_step { n == 0 && up[n] && givingBack[2] -> returned(2); judgeCordons() }
#endif
#endif
    od
}

/* ============================================== The network ============================================== */

/* A question arrives, and its answer sets out. */
inline arrive(c) {
    receive(asked[c], peer[c], epoch[c], at[c], quoted[c], again[c], takesOver[c]);
    code[c] = answerCode;
    if
    :: asked[c] == BEAT && answerCode == OK -> issue(peer[c], stage[c] == ASKING); quoted[c] = j
    :: else -> quoted[c] = 0
    fi;
    if
    :: answerCode == OK -> report(c, peer[c])
    :: else
    fi;
    printf("agent %d: coordinator %d asks %d at %d, answer %d\n", peer[c], c, asked[c], at[c], answerCode);
    way[c] = BACK;
    sweep(peer[c])
}

/* A copy stays on its way, over the connection that was. */
inline goAstray(c) {
    printf("network: coordinator %d's question %d to agent %d goes astray\n", c, asked[c], peer[c]);
    strayKind = asked[c];
    strayPeer = peer[c];
    strayEpoch = epoch[c];
    strayStep = (asked[c] == GRANT -> at[c] : 0);
    strayQuoted = quoted[c];
    strayAgain = (asked[c] == GRANT && again[c]);
    strayTakesOver = takesOver[c]
}

inline clearStray() {
    strayKind = NOTHING;
    strayPeer = 0;
    strayEpoch = 0;
    strayStep = 0;
    strayQuoted = 0;
    strayAgain = false;
    strayTakesOver = false
}

#define troubles(c) \
    /* an answer is lost, with its link */ \
    :: d_step { faults > 0 && way[c] == BACK -> \
        faults--; printf("network: coordinator %d loses its link to agent %d\n", c, peer[c]); forget(c) } \
    /* the coordinator dies */ \
    :: d_step { faults > 0 && isRunning(c) -> faults--; forget(c); quit(c, CRASHED) } \
    /* the operator interrupts, or a step's agent was not reached in time */ \
    :: d_step { faults > 0 && way[c] == NOWHERE && stage[c] >= RUNNING && stage[c] <= WATCHING -> \
        faults--; stop(c) }

inline quit(c, how) {
    printf("coordinator %d ends: %d\n", c, how);
    stage[c] = ENDED;
    ending[c] = how;
    at[c] = 0;
    done[c] = 0;
    fresh[c] = 0;
    holds[c] = 0;
    idle[c] = 0;
    tries[c] = 0;
    after[c] = 0;
    again[c] = false;
    promisedMe[c] = 0;
    takesOver[c] = false;
    assert(!sure[c] || excused[c] || how == SUCCEEDED); /* a run that nothing disturbs does not succeed */
    assert(how != FENCED_OFF || excused[c]); /* fenced off, though neither taken over nor silent */
    sure[c] = false
}

/* Rollout+Ending.swift, giveBack: what was said last may be older than what happened since. */
inline stop(c) {
    printf("coordinator %d gives back, from step %d\n", c, at[c]);
    stage[c] = REFRESHING;
    at[c] = 0;
    idle[c] = 0;
    holds[c] = 0;
    ending[c] = STOPPED
}

inline leave(c, how) {
    stage[c] = RELEASING;
    at[c] = 0;
    ending[c] = how
}

proctype network() {
end:
    do
    :: d_step { strayKind != NOTHING && up[strayPeer] ->
        receive(strayKind, strayPeer, strayEpoch, strayStep, strayQuoted, strayAgain, strayTakesOver);
        if
        :: strayKind == BEAT && answerCode == OK -> issue(strayPeer, false)
        :: else
        fi;
        printf("agent %d: the stray question %d arrives, answer %d\n", strayPeer, strayKind, answerCode);
        j = strayPeer;
        clearStray();
        sweep(j) }
    troubles(0)
    troubles(1)
    od
}

/* ============================================ The coordinators ============================================ */

/* leaseRefused */
#ifdef WITHOUT_ONE_AT_A_TIME
#define isBusy(n, s) false
#define refusedAsBusy(c) stop(c)
#else
#define isBusy(n, s) ((current[n] != 0 && current[n] != s + 1) || (kind(s) == DRAIN && givingBack[about(s)]))
#define refusedAsBusy(c) stage[c] = ASKING
#endif

/* mayGiveBack */
#if defined(WITHOUT_ASKING)
#define mayGiveBack(c, w) (holds[c] & bit(w))
#elif defined(WITHOUT_WAITING_FOR_ABSENT)
#define mayGiveBack(c, w) ((holds[c] & bit(w)) && ((assumed[c] & bit(w)) || (idle[c] & bit(w))))
#else
#define mayGiveBack(c, w) ((holds[c] & bit(w)) && (idle[c] & bit(w)))
#endif

/* A conclusion asked for a second time, the first answer having been lost, is answered `unpromised`. */
#ifdef WITHOUT_SECOND_CONCLUSION
#define isConclusionLost true
#else
#define isConclusionLost false
#endif

#define awaitsNonce(c) (stage[c] == ASKING && way[c] == BACK && code[c] == OK && saysEnded[c] == NONE)

/* Whom a coordinator asks next, what, and whether it has something to ask. What only waits is not asked again and again:
   a question that would find nothing changed is left out. */
#define target(c) (stage[c] >= ASKING && stage[c] <= WATCHING -> executor(at[c]) : (stage[c] == RETURNING -> 0 : at[c]))
#define question(c) (stage[c] == CLAIMING -> CLAIM : (stage[c] == RETURNING -> GIVE_BACK : \
    (stage[c] == CONCLUDING -> CONCLUDE : (stage[c] == RELEASING -> RELEASE : BEAT))))
#define wantsToAsk(c) ( \
    (stage[c] == CLAIMING && at[c] < NODES && takesPart(c, at[c])) || \
    (stage[c] == SETTLING && at[c] < NODES && takesPart(c, at[c]) && !(idle[c] & bit(at[c])) && current[at[c]] == 0) || \
    (stage[c] == ASKING && !isBusy(executor(at[c]), at[c])) || \
    (stage[c] == WATCHING && current[executor(at[c])] != at[c] + 1) || \
    (stage[c] == RETURNING && at[c] < NODES && mayGiveBack(c, at[c])) || \
    ((stage[c] == REFRESHING || stage[c] == CONCLUDING || stage[c] == RELEASING) && \
        at[c] < NODES && (promisedMe[c] & bit(at[c]))))

/* Rollout+Answers.swift: the member's report is the one in the answer. */
inline learn(c) {
    idle[c] = (saysIdle[c] -> idle[c] | bit(peer[c]) : idle[c] & ~bit(peer[c]));
    for (i : 0 .. STEPS - 1) {
        if
        :: executor(i) == peer[c] -> done[c] = (done[c] & ~bit(i)) | (saysDone[c] & bit(i))
        :: else
        fi
    }
    holds[c] = (peer[c] == 0 -> saysHeld[c] : holds[c])
}

/* refused: the lock is another's */
inline fencedOff(c) {
    promisedMe[c] = promisedMe[c] & ~bit(peer[c]);
    leave(c, FENCED_OFF)
}

/* Rollout+Steps.swift, isComplete */
#define isDone(c, s) (done[c] & bit(s))
#if SERVERS == 1
#define isComplete(c, s) (kind(s) == INSTALL -> isDone(c, s) : \
    (kind(s) == DRAIN -> isDone(c, (s) + 1) || (isDone(c, s) && (fresh[c] & bit(about(s)))) : \
    isDone(c, s) && !(holds[c] & bit(about(s)))))
#else
#define isComplete(c, s) isDone(c, s)
#endif

/* watch, and completed */
inline ended(c, how) {
    if
    :: how == DONE ->
        done[c] = done[c] | bit(at[c]);
        fresh[c] = (kind(at[c]) == DRAIN -> fresh[c] | bit(about(at[c])) : fresh[c]);
        tries[c] = 0;
        stage[c] = RUNNING;
        at[c] = 0
    :: how == ABANDONED && tries[c] < 2 -> tries[c]++; stage[c] = RUNNING; at[c] = 0
    :: else -> stop(c)
    fi;
    after[c] = 0;
    again[c] = false
}

#define servers(m) (SERVERS == 1 -> (m) & 1 : ((m) & 1) + (((m) >> 1) & 1) + (((m) >> 2) & 1))
#ifdef ADMIT_WRONG_WORD
#define isTrue(m) true
#else
#define isTrue(m) (((m) & 1) == 0 || !up[0]) && (((m) & 2) == 0 || !up[1]) && (((m) & 4) == 0 || !up[2])
#endif
#ifdef WITHOUT_MAJORITY
#define isMinority(m) true
#else
#define isMinority(m) (servers(m) == 0 || 2 * servers(m) < SERVERS)
#endif
#define reaches(m) (((m) & 1) || up[0]) && (((m) & 2) || up[1]) && (((m) & 4) || up[2])

/* Rollout+Lock.swift, survey: the states of all who take part, as of one moment */
#define begins(c, m) d_step { stage[c] == OFF && isTrue(m) && isMinority(m) && reaches(m) -> \
        assumed[c] = m | absent; \
        j = 0; \
        for (i : 0 .. NODES - 1) { j = (takesPart(c, i) && promised[i] / 4 > j -> promised[i] / 4 : j) } \
        epoch[c] = (j + 1) * 4 + c; \
        sure[c] = (faults == 0 && m == 0 && stage[1 - c] == ENDED && strayKind == NOTHING); \
        printf("coordinator %d begins with epoch %d, nodes assumed down: %d\n", c, epoch[c], m); \
        stage[c] = CLAIMING; \
        at[c] = 0 }


/* The lock: who comes to lead has succeeded whoever led, or was succeeded. */
#define succeeded_(c, n) ((promisedMe[c] & bit(n)) && promised[n] > epoch[c])
#define isSucceeded(c) (succeeded_(c, 0) || succeeded_(c, 1) || succeeded_(c, 2))
inline judgeLock(c, other) {
    assert(stage[other] < RUNNING || stage[other] > WATCHING || isSucceeded(other) || isSucceeded(c)) /* two hold the lock */
}

/* Rollout.step: goes on as far as it can without another input. */
inline advance(c) {
    do
    :: (stage[c] == CLAIMING || stage[c] == SETTLING) && at[c] < NODES && !takesPart(c, at[c]) -> at[c]++
    :: stage[c] == CLAIMING && at[c] == NODES ->
#ifdef WITHOUT_SETTLING
        stage[c] = RUNNING;
#else
        stage[c] = SETTLING;
#endif
        at[c] = 0
    :: stage[c] == SETTLING && at[c] < NODES && takesPart(c, at[c]) && (idle[c] & bit(at[c])) -> at[c]++
    :: stage[c] == SETTLING && at[c] == NODES -> judgeLock(c, 1 - c); stage[c] = RUNNING; at[c] = 0
    :: stage[c] == RUNNING && at[c] < STEPS && isComplete(c, at[c]) -> at[c]++
    :: stage[c] == RUNNING && at[c] == STEPS -> stage[c] = CONCLUDING; at[c] = 0
    :: stage[c] == RUNNING && at[c] < STEPS && !isComplete(c, at[c]) && !takesPart(c, executor(at[c])) -> stop(c)
    :: stage[c] == RUNNING && at[c] < STEPS && !isComplete(c, at[c]) && takesPart(c, executor(at[c])) ->
        stage[c] = ASKING;
        after[c] = (outcome[at[c]] != NONE -> attempt[at[c]] : 0);
        again[c] = (kind(at[c]) == DRAIN && outcome[at[c]] == DONE)
    :: stage[c] == REFRESHING && at[c] == NODES -> stage[c] = RETURNING; at[c] = 1
    :: stage[c] == RETURNING && at[c] < NODES && !mayGiveBack(c, at[c]) -> at[c]++
    :: stage[c] == RETURNING && at[c] == NODES -> stage[c] = RELEASING; at[c] = 0
    :: (stage[c] == REFRESHING || stage[c] == CONCLUDING || stage[c] == RELEASING) && at[c] < NODES &&
        !(promisedMe[c] & bit(at[c])) -> at[c]++
    :: stage[c] == CONCLUDING && at[c] == NODES -> quit(c, SUCCEEDED)
    :: stage[c] == RELEASING && at[c] == NODES -> i = ending[c]; quit(c, i)
    :: else -> break
    od;
    skip
}

/* Rollout.answered */
inline answered(c) {
    if
    :: stage[c] == CLAIMING ->
        if
        :: code[c] == OK -> promisedMe[c] = promisedMe[c] | bit(peer[c]); learn(c); at[c]++
        :: code[c] == HELD -> stage[c] = WAITING
        :: else -> leave(c, REFUSED)
        fi
    :: stage[c] == RELEASING -> promisedMe[c] = promisedMe[c] & ~bit(peer[c]); at[c]++
    :: stage[c] == CONCLUDING && (code[c] == FENCED || (code[c] == UNPROMISED && isConclusionLost)) -> fencedOff(c)
    :: stage[c] == CONCLUDING && !(code[c] == FENCED || (code[c] == UNPROMISED && isConclusionLost)) ->
        promisedMe[c] = promisedMe[c] & ~bit(peer[c]);
        at[c]++
    :: stage[c] != CLAIMING && stage[c] != RELEASING && stage[c] != CONCLUDING ->
        if
        :: code[c] == FENCED || code[c] == UNPROMISED -> fencedOff(c)
        :: code[c] == STALE -> stage[c] = ASKING
        :: code[c] == BUSY -> refusedAsBusy(c)
        :: code[c] == OK ->
            learn(c);
            if
            :: saysEnded[c] != NONE -> ended(c, saysEnded[c])
            :: saysEnded[c] == NONE && stage[c] == GRANTING && isDone(c, at[c]) -> ended(c, DONE)
            :: saysEnded[c] == NONE && stage[c] == GRANTING && !isDone(c, at[c]) -> stage[c] = WATCHING
            :: saysEnded[c] == NONE && stage[c] == WATCHING -> stop(c)
            :: stage[c] == REFRESHING || stage[c] == RETURNING -> at[c]++
            :: else
            fi
        fi
    fi;
    forget(c)
}

proctype coordinator(byte c) {
    do
    :: atomic {
        if
        :: begins(c, 0)
#ifndef NO_ASSUMING
        :: begins(c, 1)
        :: begins(c, 2)
        :: begins(c, 4)
#if SERVERS == 3
        :: begins(c, 3)
        :: begins(c, 5)
#endif
#if SERVERS == 3
        :: begins(c, 6)
#endif
#endif
        /* It asks; a grant goes out as soon as its nonce is there. */
        :: atomic {
            if
            :: d_step { way[c] == NOWHERE && wantsToAsk(c) && up[target(c)] ->
                peer[c] = target(c);
                asked[c] = question(c);
                quoted[c] = (stage[c] == RETURNING -> at[c] : 0);
                way[c] = THERE }
            :: d_step { awaitsNonce(c) && up[peer[c]] ->
                learn(c);
                stage[c] = GRANTING;
                asked[c] = GRANT;
                way[c] = THERE }
            fi;
            if
            :: skip
            /* it arrives, and a second time later */
            :: d_step { faults > 0 && strayKind == NOTHING -> faults--; goAstray(c) }
            /* the link breaks, and it arrives late */
            :: d_step { faults > 0 && strayKind == NOTHING -> faults--; goAstray(c); forget(c) }
            /* the coordinator dies, and it arrives late */
            :: d_step { faults > 0 && strayKind == NOTHING -> faults--; goAstray(c); forget(c); quit(c, CRASHED) }
            fi;
            if
            :: d_step { way[c] == THERE -> arrive(c) }
            :: else
            fi }
        :: d_step { way[c] == BACK && !awaitsNonce(c) -> answered(c) }
        /* claimAnswered: asks again as long as the holder is silent, and gives up when it was heard in between */
        :: d_step { stage[c] == WAITING && !(alive[at[c]] && holder[at[c]]) -> stage[c] = CLAIMING }
        :: d_step { stage[c] == WAITING && isRunning(promised[at[c]] % 4) -> leave(c, REFUSED) }
#ifndef NO_TAKE_OVER
        /* ... or was told to take over */
        :: d_step { stage[c] == WAITING && !takesOver[c] -> takesOver[c] = true; stage[c] = CLAIMING }
#endif
#ifdef WITHOUT_ALL_PROMISES
        :: d_step { stage[c] == CLAIMING && way[c] == NOWHERE && at[c] > 0 -> stage[c] = RUNNING; at[c] = 0 }
#endif
        /* A sign of life finds, at any time, that another was promised. */
        :: d_step { stage[c] >= CLAIMING && stage[c] <= CONCLUDING && way[c] == NOWHERE && overtaken(c) ->
            leave(c, FENCED_OFF) }
        /* Who cannot be reached is left out. */
        :: d_step { stage[c] >= REFRESHING && stage[c] <= RELEASING && way[c] == NOWHERE && at[c] < NODES && !up[target(c)] ->
            at[c]++ }
        fi;
        d_step { advance(c) } }
    :: stage[c] == ENDED -> break
    od
}

/* ============================================== All together ============================================== */

#define isSettled (stage[0] == ENDED && stage[1] == ENDED && up[0] && up[1] && up[2] && \
    current[0] == 0 && current[1] == 0 && current[2] == 0 && !mark[1] && !mark[2])

init {
    atomic {
        up[0] = true; up[1] = true; up[2] = true;
        run network();
        run agent(0); run agent(1);
        if
        :: absent == 0 -> run agent(2)
        :: else
        fi;
        run coordinator(0); run coordinator(1)
    }
#ifndef PROGRESS
    timeout -> assert(isSettled) /* no end: something goes on, or a cordon is left */
#endif
}

#ifdef PROGRESS
/* Once faults have stopped (there are FAULTS of them), everything comes to an end and no cordon is left. */
ltl settles { <>[] isSettled }
#endif
