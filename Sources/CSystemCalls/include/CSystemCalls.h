#ifndef ORCHPLAN_SYSTEM_CALLS_H
#define ORCHPLAN_SYSTEM_CALLS_H

#include <sys/types.h>

/// pidfd_open(2): a descriptor that stands for the process `pid`, or -1 with errno set.
int orchplan_pidfd_open(pid_t pid);

/// pidfd_send_signal(2): signals exactly the process behind `fd`, never a stranger that reuses its id.
int orchplan_pidfd_send_signal(int fd, int signal);

#endif
