/*
 * The lock of a state, as Sources/StateStores/LockState.swift has it and every store keeps it: whoever asks is granted
 * an epoch, every write names it and is checked in the transaction that writes. One atomic step here is one
 * transaction there. Clients may be killed or suspended between any two steps, answers may get lost, and people may
 * break the lock by its id at any time.
 *
 *   -DLEASE   a holder may be judged dead while it lives, at any time: a lease that ran out, a clock that jumped
 *   -DTRACE   says every action and what came of it, for ModelTests, which does the same to the real stores
 *
 * Broken on purpose, each of which check.sh must find:
 *   -DNO_FENCE     writes are not checked               -DCHECK_BEFORE   they are checked in a step of their own
 *   -DSAME_EPOCH   a takeover keeps the epoch, and writes are checked by it alone
 *   -DEARLY_WORD   a write is acknowledged before it is committed
 *   -DNO_TAKEOVER  a dead holder keeps the lock         -DANY_ID         unlock does not look at the id
 */
#ifndef CLIENTS
#define CLIENTS 2
#endif
#ifndef TURNS
#define TURNS 2
#endif
#ifndef WRITES
#define WRITES 1
#endif

/* Every request has an id of its own. */
#define ID (me * 4 + turn)
#define OWNER(id) ((id) / 4)
#define TURN(id) ((id) % 4)

#ifdef TRACE
#define SAY(what, id, result) printf("ACTION %e %d 0 %e\n", what, id, result)
mtype = { acquire, write, release, breakLock, kill, granted, locked, accepted, fenced, refused, done }
#else
#define SAY(what, id, result)
#endif

byte epoch;             /* of the last grant */
byte holder;            /* the id that holds the lock; 0: nobody */
bool dead[CLIENTS + 1];

/* What only the properties look at. */
byte newest;            /* whom the lock was granted to last */
byte lastEpoch;         /* of the last write that was accepted */
byte lastWriter;        /* and whose it was */
byte lost;              /* answers that did not arrive */

#ifdef LEASE
#define JUDGED_DEAD true
#else
#define JUDGED_DEAD dead[OWNER(holder)]
#endif

#ifdef NO_TAKEOVER
#define CAN_HAVE (holder == 0 || holder == ID)
#else
#define CAN_HAVE (holder == 0 || holder == ID || JUDGED_DEAD)
#endif

#ifdef SAME_EPOCH
#define NEXT_EPOCH (holder == 0 -> epoch + 1 : epoch)
#define HOLDS (epoch == mine)
#else
#define NEXT_EPOCH (epoch + 1)
#define HOLDS (holder == ID && epoch == mine)
#endif

/* A write is accepted: from whom the lock was granted to last, under an epoch that is its alone and no earlier one. */
inline accept() {
    assert(newest == ID && holder == ID);
    assert(mine >= lastEpoch && (mine > lastEpoch || lastWriter == me));
    lastEpoch = mine;
    lastWriter = me;
    committed = true
}

inline acknowledge() { assert(committed); committed = false }

proctype Client(byte me) {
    byte turn, mine, count;
    bool committed;
    {
        skip;
next:   atomic {
            if
            :: turn < TURNS -> turn++; count = 0; mine = 0
            :: turn == TURNS -> goto over
            fi
        };
ask:    atomic {
            if
            :: CAN_HAVE ->
                epoch = NEXT_EPOCH;
                holder = ID;
                newest = ID;
                SAY(acquire, ID, granted);
                /* An answer that got lost is asked for again. */
                if :: mine = epoch :: lost < 1 -> lost++; goto ask fi
            :: !CAN_HAVE ->
                SAY(acquire, ID, locked);
                /* Waits, or has no time left. */
                if :: goto wait :: goto next fi
            fi
        };
        goto work;
wait:   atomic { CAN_HAVE -> goto ask };
work:
#ifdef EARLY_WORD
        acknowledge();
#endif
#ifdef CHECK_BEFORE
        if :: HOLDS :: else -> goto next fi;
        atomic { accept() };
#elif defined(NO_FENCE)
        atomic { accept() };
#else
        atomic {
            if
            :: HOLDS -> accept(); SAY(write, ID, accepted)
            :: else -> SAY(write, ID, fenced); goto next
            fi
        };
#endif
        atomic { acknowledge(); count++; if :: count < WRITES -> goto work :: else fi };
        atomic {
            if
            :: HOLDS -> holder = 0; SAY(release, ID, accepted)
            :: else -> SAY(release, ID, fenced)
            fi;
            goto next
        };
over:   skip
    } unless { atomic { dead[me] -> turn = 0; mine = 0; count = 0; committed = false } }
}

/* Kills anybody at any point. */
proctype Killer() {
    byte victim = 1;
    do
    :: victim <= CLIENTS -> atomic { if :: dead[victim] = true; SAY(kill, victim * 4, done) :: skip fi; victim++ }
    :: else -> break
    od
}

/* Somebody who read the id of a lock, and breaks it some time later. */
proctype Person() {
    byte seen;
    atomic { if :: holder != 0 -> seen = holder :: skip fi };
    if
    :: seen != 0 ->
        atomic {
#ifdef ANY_ID
            if :: holder != 0 -> assert(holder == seen); holder = 0 :: else fi
#else
            if
            :: holder == seen -> holder = 0; SAY(breakLock, seen, accepted)
            :: else -> SAY(breakLock, seen, refused)
            fi
#endif
        }
    :: else
    fi
}

/* Nothing waits for ever: everybody who is not killed comes to an end, or Spin tells an invalid end state. */
init {
    byte number;
    atomic {
        for (number : 1 .. CLIENTS) { run Client(number) }
        run Killer();
        run Person()
    }
}
