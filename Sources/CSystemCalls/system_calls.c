#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <sys/syscall.h>
#include <unistd.h>

int orchplan_pidfd_open(pid_t pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

int orchplan_pidfd_send_signal(int fd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, fd, signal, NULL, 0);
}
