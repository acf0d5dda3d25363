#ifndef ORCHPLAN_SYSTEM_CALLS_H
#define ORCHPLAN_SYSTEM_CALLS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/types.h>

/// pidfd_open(2): a descriptor that stands for the process `pid`, or -1 with errno set.
int orchplan_pidfd_open(pid_t pid);

/// pidfd_send_signal(2): signals exactly the process behind `fd`, never a stranger that reuses its id.
int orchplan_pidfd_send_signal(int fd, int signal);

/// How a child ended: `value` is its exit code, or the signal's number when `signalled`.
typedef struct {
    pid_t pid;
    bool signalled;
    int value;
} orchplan_child_end;

/// waitid(2) on a pidfd without waiting: 1 and `end` filled when the child was reaped, 0 when it still runs, -1 with
/// errno set (ECHILD: not our child) otherwise.
int orchplan_reap_pidfd(int fd, orchplan_child_end *end);

/// Reaps any one ended child without waiting: 1 and `end` filled, 0 when all still run, -1 when there is no child.
int orchplan_reap_any(orchplan_child_end *end);

/// prctl(PR_SET_CHILD_SUBREAPER): orphans below this process become its children.
int orchplan_become_subreaper(void);

/// memfd_create(2): a file that has no name on any disk; closed on exec.
int orchplan_memfd_create(const char *name);

/// Catches `signal` for the whole process and returns a descriptor that is readable once it came, or -1 with errno set.
/// One signal per process.
int orchplan_signal_descriptor(int signal);

/// A limit to set in a child before it runs its program; RLIM_INFINITY for no limit.
typedef struct {
    int resource;
    uint64_t soft;
    uint64_t hard;
} orchplan_limit;

/// A sandbox to run a program in, beside what runs there.
typedef struct {
    /// A pidfd of a process in the sandbox.
    int process;
    /// Whether it has a user namespace of its own, beside those for mounts, processes, host name and IPC.
    bool has_users;
    /// The directory in the sandbox to start in.
    int directory;
    /// The capabilities that the program may have, bit N for capability N.
    uint64_t capabilities;
    /// After so many seconds the program is killed, whatever became of its caller.
    unsigned seconds;
} orchplan_sandbox;

/// Something of the host that a sandbox shows.
typedef struct {
    /// Where it lies, or where `beneath` begins: absolute; a symbolic link on the way is an error (ELOOP).
    const char *path;
    /// What is meant below `path`, or NULL. Symbolic links are followed as long as they stay below (else EXDEV).
    const char *beneath;
    /// Whether it lies in the directory that is hidden.
    bool is_own;
    bool is_writable;
} orchplan_staged;

/// A view of the host's files from which a program makes a sandbox.
///
/// In it the directory `hidden` is not there: whatever path or link leads to it finds a directory in memory instead,
/// which holds the sources under their numbers, from 0 on. Nothing but the writable sources can be written to.
typedef struct {
    const char *hidden;
    const orchplan_staged *sources;
    int count;
    /// Filled when the program could not be started: the number of the source that was the cause, or -1.
    int failed;
} orchplan_stage;

/// Opens (O_PATH) what is meant by `root` and `beneath` as in orchplan_staged; -1 with errno set.
int orchplan_open_beneath(const char *root, const char *beneath);

/// What to run and how; every pointer stays the caller's.
typedef struct {
    /// Path of the program; searched for along PATH of `environment` in a sandbox that is joined, otherwise not.
    const char *path;
    char *const *arguments;
    char *const *environment;
    /// Directory to start in, or NULL.
    const char *directory;
    /// Descriptor `i` of the child is the parent's `descriptors[i]`; -1 is /dev/null. All others are closed.
    const int *descriptors;
    int descriptor_count;
    const orchplan_limit *limits;
    int limit_count;
    /// Whether the child leads a session of its own.
    bool new_session;
    /// Signal the child gets when the calling thread ends; 0 for none.
    int parent_death_signal;
    /// File mode mask of the child.
    mode_t mask;
    /// `cgroup.procs` of the control groups that the program is put into before it runs; at most eight.
    const int *groups;
    int group_count;
    /// NULL: the program runs where its caller is.
    const orchplan_sandbox *sandbox;
    /// NULL: the program sees what its caller sees.
    orchplan_stage *stage;
} orchplan_spawn_request;

/// Keeps this process's memory out of core dumps (core(5), coredump_filter), which are written wherever the system says.
/// Programs that `orchplan_spawn` starts have the setting that this process was started with. To be called before there is
/// a second thread.
void orchplan_keep_memory_out_of_cores(void);

/// fork and exec. Returns 0 and `pid`, or the error number of the step that failed; then no child is left.
///
/// Between fork and exec the child calls async-signal-safe functions only; signal handlers and the signal mask are the
/// defaults in the child.
int orchplan_spawn(const orchplan_spawn_request *request, pid_t *pid);

/// sched_getaffinity(2): how many processors this process may run on.
int orchplan_usable_cores(void);

/// mallopt(3), madvise(2): lets the heaps grow by large steps and on large pages, before there is a second thread.
///
/// By default the heap of every thread but the first grows by a page and a system call at a time, all of them under one
/// lock of the kernel. The address space that a step reserves costs no memory until it is used. Large pages, where the
/// kernel gives them to who asks, save most page faults beyond the first 2 MiB of a heap.
///
/// cores: how many threads are at work at the same time; the heaps of 16 are prepared at most.
void orchplan_grow_heap_in_large_steps(int cores);

/// mallopt(3): all threads allocate from one heap, before any of them has allocated.
///
/// What one thread freed is then used by the others, which takes the least memory; they wait for each other now and then.
void orchplan_share_one_heap(void);

#endif
