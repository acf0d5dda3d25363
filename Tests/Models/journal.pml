/*
 * The intent journal around a driver, as ApplyRunner, EffectLoop and the stores have it: take the lock, tell the driver
 * the epoch, read what is recorded and what is there, close what others left open, then announce, do, record. One thing
 * is to be there once. Whoever applies may be killed or suspended between any two steps; a request that was sent may
 * arrive at any later time, also after its sender died; the agent may be killed, too, with what it had not begun.
 *
 *   -DLEASE   a holder may lose the lock while it lives and goes on: orchplan unlock, a clock that jumped
 *   -DNAMED   a driver that knows no epochs, but where the thing's name is taken by the first (networks of a swarm)
 *   -DTRACE   says every action and what came of it, for ModelTests, which does the same to the real stores
 *
 * Broken on purpose, each of which check.sh must find:
 *   -DNO_EPOCHS       the driver takes requests of any epoch
 *   -DLATE_EPOCH      the epoch is told after the inventory was read
 *   -DFORGETFUL       an agent forgets the epoch with its death (only a holder that lives on finds that: -DLEASE)
 *   -DEFFECT_FIRST    the driver is called before the intent is durable
 *   -DNO_RESOLVE      what others left open is not looked up
 *   -DTWO_COMMITS     the outcome and the record are two transactions
 */
#ifndef RUNS
#define RUNS 3
#endif

#ifdef TRACE
#define SAY(what, who, result) printf("ACTION %e %d %d %e\n", what, me, who, result)
mtype = { acquire, snapshot, intent, outcome, failed, found, adopt, release, kill, granted, read, accepted, fenced, done }
#define KILLED(who) printf("ACTION %e %d 0 %e\n", kill, who, done)
#else
#define SAY(what, who, result)
#define KILLED(who)
#endif

#if RUNS > 2
#define OPEN3 (open[3] -> 4 : 0)
#else
#define OPEN3 0
#endif

#define NONE 0
#define INTENT 1
#define DONE 2
#define FAILED 3
#define FOUND 4

/* The store. A run has one operation, whose id is the run's number. */
byte epoch, holder;
byte journal[RUNS + 1];
byte recorded;              /* whose thing the record has; 0: none */
bool dead[RUNS + 1];

/* The driver: requests on their way, each on a connection of its own, and what is there. */
bool sent[RUNS + 1], answered[RUNS + 1], refused[RUNS + 1], broken[RUNS + 1];
byte sentEpoch[RUNS + 1];
byte there;                 /* whose thing is there; 0: none */
byte highest;               /* the epoch that the driver was told */

#ifdef LEASE
#define JUDGED_DEAD true
#else
#define JUDGED_DEAD dead[holder]
#endif
#define HOLDS (holder == me && epoch == mine)

/* The words of one run: a transaction, or the end where somebody else has the lock by now. */
#define FENCED(what, who) SAY(what, who, fenced); goto over

proctype Run(byte me) {
    byte mine, inventory, other;
    bool open[RUNS + 1];
    {
        skip;
ask:    atomic {
            holder == 0 || JUDGED_DEAD ->
            epoch++;
            holder = me;
            mine = epoch;
            SAY(acquire, me, granted)
        };
#ifndef LATE_EPOCH
        atomic { if :: mine >= highest -> highest = mine :: else -> goto over fi };
#endif
        /* One snapshot of the store, then the inventory. */
        d_step {
            for (other : 1 .. RUNS) { open[other] = (journal[other] == INTENT) }
            /* What is said to be done is on record with it: never one without the other. */
            for (other : 1 .. RUNS) { assert(journal[other] != DONE || recorded != 0) }
            other = 0;
            SAY(snapshot, (open[1] -> 1 : 0) + (open[2] -> 2 : 0) + OPEN3, read)
        };
        inventory = there;
#ifdef LATE_EPOCH
        atomic { if :: mine >= highest -> highest = mine :: else -> goto over fi };
#endif
#ifndef NO_RESOLVE
        /* One call of the store, in which each is a write of its own. */
        atomic {
            for (other : 1 .. RUNS) {
                if
                :: open[other] && HOLDS ->
                    if
                    :: inventory == other -> journal[other] = FOUND; SAY(found, other, accepted)
                    :: else -> journal[other] = FAILED; SAY(failed, other, accepted)
                    fi;
                    open[other] = false
                :: open[other] && !HOLDS -> FENCED(failed, other)
                :: !open[other]
                fi
            }
            other = 0
        };
#endif
        if
        :: inventory != 0 ->
            /* It is there: only the record is made to say so. */
            atomic {
                if
                :: HOLDS && recorded == inventory
                :: HOLDS && recorded != inventory -> recorded = inventory; SAY(adopt, inventory, accepted)
                :: else -> FENCED(adopt, me)
                fi
            };
            goto free
        :: else
        fi;
#ifdef EFFECT_FIRST
        atomic { sent[me] = true; sentEpoch[me] = mine };
#endif
        atomic {
            if
            :: HOLDS ->
                journal[me] = INTENT;
                SAY(intent, me, accepted);
                /* Nothing is built on what a dead one left open. */
                for (other : 1 .. RUNS) { assert(other == me || journal[other] != INTENT) }
                other = 0
            :: else -> FENCED(intent, me)
            fi
        };
#ifndef EFFECT_FIRST
send:   atomic { sent[me] = true; sentEpoch[me] = mine };
#endif
        atomic {
            if
            :: answered[me] -> skip
            :: refused[me] -> goto fail
            :: broken[me] ->
                /* The connection broke: nobody knows whether it was done. The same again, under the same id. */
                broken[me] = false;
#ifndef EFFECT_FIRST
                goto send
#else
                goto over
#endif
            fi
        };
        atomic {
            if
            :: HOLDS ->
                journal[me] = DONE;
#ifndef TWO_COMMITS
                recorded = me;
#endif
                SAY(outcome, me, accepted)
            :: else -> FENCED(outcome, me)
            fi
        };
#ifdef TWO_COMMITS
        atomic { if :: HOLDS -> recorded = me :: else -> goto over fi };
#endif
free:   atomic {
            if
            :: HOLDS ->
                /* The end of a run that went through: what is there is what is recorded. */
                assert(recorded != 0 && recorded == there);
                holder = 0;
                SAY(release, me, accepted)
            :: else -> FENCED(release, me)
            fi
        };
        goto over;
fail:   atomic {
            if
            :: HOLDS -> journal[me] = FAILED; SAY(failed, me, accepted)
            :: else -> FENCED(failed, me)
            fi
        };
        atomic { if :: HOLDS -> holder = 0; SAY(release, me, accepted) :: else -> SAY(release, me, fenced) fi };
over:   skip
    } unless { atomic { dead[me] -> mine = 0; inventory = 0; other = 0 } }
}

/* The agent: does what arrives, whenever that is. */
proctype Agent() {
    byte from;
end:
    do
    :: atomic {
        /* Any request that is on its way. */
        if
        :: sent[1] -> from = 1
        :: sent[2] -> from = 2
#if RUNS > 2
        :: sent[3] -> from = 3
#endif
        fi;
        sent[from] = false;
        if
#ifndef NO_EPOCHS
        :: sentEpoch[from] < highest -> refused[from] = true
        :: sentEpoch[from] >= highest ->
            highest = sentEpoch[from];
#else
        :: true ->
#endif
            assert(journal[from] != NONE);
            if
            :: there == from || there == 0 -> there = from; answered[from] = true
            :: else ->
#ifdef NAMED
                refused[from] = true
#else
                /* A second one beside the first. */
                assert(false)
#endif
            fi
        fi;
        from = 0
      }
    od
}

/* The agent is killed once, with the requests that it had not begun; what it keeps on the disk stays. */
proctype Restart() {
    byte number;
    if
    :: d_step {
        for (number : 1 .. RUNS) { if :: sent[number] -> sent[number] = false; broken[number] = true :: else fi }
        number = 0;
#ifdef FORGETFUL
        highest = 0
#endif
      }
    :: true
    fi
}

proctype Killer() {
    byte victim = 1;
    do
    /* The last one lives: somebody gets through in the end. */
    :: victim < RUNS -> atomic { if :: dead[victim] = true; KILLED(victim) :: skip fi; victim++ }
    :: else -> break
    od
}

init {
    byte number;
    atomic {
        for (number : 1 .. RUNS) { run Run(number) }
        run Agent();
        run Restart();
        run Killer()
    }
}
