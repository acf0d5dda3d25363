#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

int orchplan_usable_cores(void) {
    cpu_set_t set;
    // A machine with more processors than the set has room for.
    if (sched_getaffinity(0, sizeof set, &set) < 0) return (int)sysconf(_SC_NPROCESSORS_ONLN);
    return CPU_COUNT(&set);
}

int orchplan_pidfd_open(pid_t pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

int orchplan_pidfd_send_signal(int fd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, fd, signal, NULL, 0);
}

static int reap(idtype_t kind, id_t id, orchplan_child_end *end) {
    siginfo_t info = {0};
    if (waitid(kind, id, &info, WEXITED | WNOHANG) < 0) return -1;
    if (info.si_pid == 0) return 0;
    end->pid = info.si_pid;
    end->signalled = info.si_code != CLD_EXITED;
    end->value = info.si_status;
    return 1;
}

int orchplan_reap_pidfd(int fd, orchplan_child_end *end) {
    return reap((idtype_t)P_PIDFD, (id_t)fd, end);
}

int orchplan_reap_any(orchplan_child_end *end) {
    return reap(P_ALL, 0, end);
}

int orchplan_become_subreaper(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

int orchplan_memfd_create(const char *name) {
    return memfd_create(name, MFD_CLOEXEC);
}

static int signal_writer = -1;

static void note_signal(int signal) {
    (void)signal;
    int error = errno;
    char byte = 0;
    ssize_t ignored = write(signal_writer, &byte, 1);
    (void)ignored;
    errno = error;
}

// A handler and not a mask with signalfd: a mask holds for one thread, and a signal to the process goes to any other.
int orchplan_signal_descriptor(int signal) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) return -1;
    signal_writer = ends[1];
    struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
    return sigaction(signal, &action, NULL) < 0 ? -1 : ends[0];
}

// What glibc aligns the heaps of all threads but the first to, and never goes beyond in one of them.
#define HEAP_SIZE ((size_t)64 << 20)

struct heap_claim {
    sem_t is_claimed;
    sem_t may_leave;
};

static void *claim_heap(void *argument) {
    struct heap_claim *claim = argument;
    void *block = malloc(64);
    // A wrong guess about the heap's place costs nothing: it is advice, and refused where nothing is mapped.
    if (block) madvise((void *)((uintptr_t)block & ~(HEAP_SIZE - 1)), HEAP_SIZE, MADV_HUGEPAGE);
    sem_post(&claim->is_claimed);
    while (sem_wait(&claim->may_leave) < 0) {}
    free(block);
    return NULL;
}

// The heap of a thread that has ended goes to the next one that begins, with the advice about its pages.
static void prepare_heaps(int count) {
    pthread_t threads[16];
    struct heap_claim claim;
    pthread_attr_t attributes;
    int started = 0;
    if (pthread_attr_init(&attributes) != 0) return;
    pthread_attr_setstacksize(&attributes, 128 << 10);
    sem_init(&claim.is_claimed, 0, 0);
    sem_init(&claim.may_leave, 0, 0);
    while (started < count && started < 16) {
        if (pthread_create(&threads[started], &attributes, claim_heap, &claim) != 0) break;
        started++;
    }
    // Together, so that each has a heap of its own.
    for (int index = 0; index < started; index++) {
        while (sem_wait(&claim.is_claimed) < 0) {}
    }
    for (int index = 0; index < started; index++) sem_post(&claim.may_leave);
    for (int index = 0; index < started; index++) pthread_join(threads[index], NULL);
    pthread_attr_destroy(&attributes);
}

void orchplan_grow_heap_in_large_steps(int cores) {
    mallopt(M_TOP_PAD, HEAP_SIZE);
    // Setting the one ends the other's adapting to the blocks in use.
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
    prepare_heaps(cores < 16 ? cores + 1 : 16);
}

void orchplan_share_one_heap(void) {
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TOP_PAD, 4 << 20);
}
