#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

/// Closes every descriptor from `first` on when the program starts.
static void close_from(unsigned first) {
    if (syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
    struct rlimit limit;
    int last = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? (int)limit.rlim_cur : 65536;
    for (int fd = (int)first; fd < last; fd++) fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/// Puts the descriptors in their places. Sources may overlap targets, so each is first moved out of the way.
static int place_descriptors(const int *sources, int count, int *moved) {
    for (int i = 0; i < count; i++) {
        int source = sources[i] >= 0 ? sources[i] : open("/dev/null", O_RDWR | O_CLOEXEC);
        if (source < 0) return -1;
        moved[i] = fcntl(source, F_DUPFD_CLOEXEC, count + 1);
        if (moved[i] < 0) return -1;
    }
    for (int i = 0; i < count; i++) {
        if (dup2(moved[i], i) < 0) return -1;
    }
    close_from((unsigned)count);
    return 0;
}

static void reset_signals(void) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int signal = 1; signal < NSIG; signal++) sigaction(signal, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void run_child(const orchplan_spawn_request *request, int report, pid_t parent, int *moved) {
    reset_signals();
    if (request->new_session && setsid() < 0) goto failed;
    if (request->parent_death_signal != 0) {
        if (prctl(PR_SET_PDEATHSIG, request->parent_death_signal) < 0) goto failed;
        // The parent may have gone before the call above.
        if (getppid() != parent) _exit(127);
    }
    // Above every place that a descriptor is put at.
    report = fcntl(report, F_DUPFD_CLOEXEC, request->descriptor_count + 1);
    if (report < 0) _exit(127);
    if (place_descriptors(request->descriptors, request->descriptor_count, moved) < 0) goto failed;
    if (request->directory && chdir(request->directory) < 0) goto failed;
    umask(request->mask);
    for (int i = 0; i < request->limit_count; i++) {
        struct rlimit limit = {.rlim_cur = request->limits[i].soft, .rlim_max = request->limits[i].hard};
        if (setrlimit(request->limits[i].resource, &limit) < 0) goto failed;
    }
    execve(request->path, request->arguments, request->environment);
failed:;
    int error = errno;
    ssize_t ignored = write(report, &error, sizeof error);
    (void)ignored;
    _exit(127);
}

int orchplan_spawn(const orchplan_spawn_request *request, pid_t *pid) {
    if (request->descriptor_count < 0 || request->descriptor_count > 1024) return EINVAL;
    int moved[request->descriptor_count + 1];
    int report[2];
    if (pipe2(report, O_CLOEXEC) < 0) return errno;
    // No handler of this program may run in the child.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) run_child(request, report[1], parent, moved);
    int error = child < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);
    if (child > 0) {
        ssize_t count;
        int reported = 0;
        do count = read(report[0], &reported, sizeof reported);
        while (count < 0 && errno == EINTR);
        if (count == (ssize_t)sizeof reported) {
            error = reported;
            while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
        }
    }
    close(report[0]);
    if (error == 0) *pid = child;
    return error;
}
