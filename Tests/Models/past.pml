/*
 * How the agent tells a state from an old copy of it, as ResourceModel/Recorded/EpochMemory.swift has it: a state keeps
 * whom it granted each epoch to; whoever takes the lock asks the agent whom it let in last, and shows whom the state gave
 * that number to. Holders may be killed or overtaken between any two steps; the state may be copied at any time, and the
 * copy put in its place later, twice; the agent may lose its memory once.
 *
 *   -DTRACE   says every action and what came of it, for PastTests, which does the same to the real store
 *
 * Broken on purpose, each of which check.sh must find:
 *   -DBY_NUMBER   the agent looks at the numbers alone: an old copy has caught up after a few tries
 *   -DLAST_ONLY   the state remembers its last holder alone: epochs that the agent was not told of are in the way
 */
#ifndef RUNS
#define RUNS 4
#endif

#ifdef TRACE
#define SAY(what, who, subject, result) printf("ACTION %e %d %d %e\n", what, who, subject, result)
mtype = { acquire, announce, copy, putBack, forget, granted, accepted, oldCopy, overtaken, done }
#else
#define SAY(what, who, subject, result)
#endif

/* The state and a copy of it: the epoch, and whom each was granted to. */
byte epoch, grantee[RUNS + 1];
byte copiedEpoch, copied[RUNS + 1];
/* Runs that have the state open. */
byte opened;

/* The agent: whom it let in last; 0: nobody. */
byte known, knownHolder;
bool seen;

#ifdef LAST_ONLY
#define SHOWN (asked == mine - 1 -> grantee[asked] : 0)
#else
#define SHOWN grantee[asked]
#endif

/* Whether the state knows of whom the agent let in last, under whatever number. */
inline look() {
    seen = false;
    for (number : 1 .. RUNS) { if :: grantee[number] == knownHolder -> seen = true :: else fi }
    number = 0
}

inline letIn() {
    look();
    assert(known == 0 || seen);
    known = mine;
    knownHolder = me;
    seen = false;
    SAY(announce, me, asked, accepted)
}

proctype Run(byte me) {
    byte mine, asked, number;
    /* Any holder is taken for dead at any time. */
    atomic { opened++; epoch++; mine = epoch; grantee[mine] = me; SAY(acquire, me, 0, granted) };
    if :: goto over :: skip fi;
ask:
    asked = known;
    atomic {
        if
        :: known == 0 -> letIn()
#ifdef BY_NUMBER
        :: known != 0 && mine > known -> letIn()
        :: known != 0 && mine <= known -> skip
#else
        :: known != 0 && asked != known -> SAY(announce, me, asked, oldCopy); goto ask
        :: known != 0 && asked == known && SHOWN != knownHolder ->
            look();
            assert(!seen);
            SAY(announce, me, asked, oldCopy)
        :: known != 0 && asked == known && SHOWN == knownHolder && mine < known -> SAY(announce, me, asked, overtaken)
        :: known != 0 && asked == known && SHOWN == knownHolder && mine > known -> letIn()
#endif
        fi
    };
over:
    atomic { seen = false; mine = 0; asked = 0; opened-- }
}

/* Somebody copies the state while nobody works with it, and puts the copy in its place. */
proctype Person() {
    byte number, times;
    atomic {
        opened == 0 ->
        copiedEpoch = epoch;
        for (number : 1 .. RUNS) { copied[number] = grantee[number] }
        number = 0;
        SAY(copy, 0, 0, done)
    };
    do
    :: atomic {
        times < 2 && opened == 0 ->
        times++;
        epoch = copiedEpoch;
        for (number : 1 .. RUNS) { grantee[number] = copied[number] }
        number = 0;
        SAY(putBack, 0, 0, done)
      }
    :: break
    od
}

proctype Forgetting() {
    if
    :: atomic { known = 0; knownHolder = 0; SAY(forget, 0, 0, done) }
    :: true
    fi
}

init {
    byte number;
    atomic {
        for (number : 1 .. RUNS) { run Run(number) }
        run Person();
        run Forgetting()
    }
}
