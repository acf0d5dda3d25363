#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

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

int orchplan_signal_descriptor(int signal) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) return -1;
    return signalfd(-1, &set, SFD_CLOEXEC);
}
