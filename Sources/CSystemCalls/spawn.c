#define _GNU_SOURCE
#include "CSystemCalls.h"
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
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

/// A descriptor above every place that one is put at; -1 when there is none.
static int move_up(int fd, int count) { return fcntl(fd, F_DUPFD_CLOEXEC, count + 1); }

/// What core dumps held when this process was started; empty: nothing was changed.
static char inherited_filter[16];

static const char filter_path[] = "/proc/self/coredump_filter";

void orchplan_keep_memory_out_of_cores(void) {
    int file = open(filter_path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    ssize_t count = read(file, inherited_filter, sizeof inherited_filter - 1);
    if (count < 0 || pwrite(file, "0", 1, 0) != 1) count = 0;
    inherited_filter[count] = 0;
    close(file);
}

/// What says what this process's core dumps hold, above every place that a descriptor is put at; -1: it stays as it is.
///
/// Opened while /proc is the caller's and this process may open it; it is written to later.
static int open_cores(int count) {
    if (inherited_filter[0] == 0) return -1;
    int file = open(filter_path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    int moved = move_up(file, count);
    close(file);
    return moved;
}

/// What other programs leave behind when they crash is theirs to say. The last step before the program runs: until then
/// this is a copy of the caller, with all that it holds. The file takes no prefix but 0x.
static void restore_cores(int cores) {
    if (cores < 0) return;
    char text[sizeof inherited_filter + 2] = "0x";
    strncat(text, inherited_filter, sizeof inherited_filter - 1);
    ssize_t ignored = write(cores, text, strlen(text));
    (void)ignored;
}

/// Stays outside of the sandbox, waits for the program in it and ends as it ended.
static void wait_outside(pid_t inner, int cores, unsigned seconds) {
    // This is a copy of the caller: it stays out of core dumps, and none of its locks, sockets and pipes may live on in it.
    ssize_t ignored = write(cores, "0", 1);
    (void)ignored;
    syscall(SYS_close_range, 0, ~0U, 0);
    prctl(PR_SET_NAME, "orchplan-probe");
    alarm(seconds);
    int status = 0;
    while (waitpid(inner, &status, 0) < 0 && errno == EINTR) {}
    if (WIFSIGNALED(status)) raise(WTERMSIG(status));
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 127);
}

/// Takes away every capability that is not in `kept`, for this process and whatever it runs.
static int limit_capabilities(uint64_t kept) {
    for (int capability = 0; capability < 64; capability++) {
        if (kept >> capability & 1) continue;
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0 && errno != EINVAL) return -1;
    }
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};
    if (syscall(SYS_capget, &header, data) < 0) return -1;
    data[0].inheritable = data[1].inheritable = 0;
    if (syscall(SYS_capset, &header, data) < 0) return -1;
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/// Enters the sandbox; returns in the process that is in it.
static int join_sandbox(const orchplan_sandbox *sandbox, int process, int directory, int cores) {
    int namespaces = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC;
    if (sandbox->has_users) namespaces |= CLONE_NEWUSER;
    // Until it runs the program this is a copy of the caller: nobody in the sandbox may look into it.
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || setns(process, namespaces) < 0) return -1;
    // The child has a copy of the setting, and no way to change its own: what was opened is this process's.
    restore_cores(cores);
    // Only a child is in the other PID namespace.
    pid_t inner = (pid_t)syscall(SYS_clone, (unsigned long)SIGCHLD, NULL, NULL, NULL, NULL);
    if (inner < 0) return -1;
    if (inner > 0) wait_outside(inner, cores, sandbox->seconds);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || fchdir(directory) < 0) return -1;
    return 0;
}

static void run_child(const orchplan_spawn_request *request, int report, pid_t parent, int *moved) {
    const orchplan_sandbox *sandbox = request->sandbox;
    int count = request->descriptor_count;
    int groups[8], process = -1, directory = -1;
    /// The error and the source of the stage that was its cause.
    int failure[2] = {0, -1};
    reset_signals();
    int cores = open_cores(count);
    if (request->new_session && setsid() < 0) goto failed;
    if (request->parent_death_signal != 0) {
        if (prctl(PR_SET_PDEATHSIG, request->parent_death_signal) < 0) goto failed;
        // The parent may have gone before the call above.
        if (getppid() != parent) _exit(127);
    }
    report = move_up(report, count);
    if (report < 0) _exit(127);
    for (int i = 0; i < request->group_count; i++) {
        if ((groups[i] = move_up(request->groups[i], count)) < 0) goto failed;
    }
    if (sandbox) {
        process = move_up(sandbox->process, count);
        directory = move_up(sandbox->directory, count);
        if (process < 0 || directory < 0) goto failed;
    }
    if (place_descriptors(request->descriptors, count, moved) < 0) goto failed;
    if (sandbox && join_sandbox(sandbox, process, directory, cores) < 0) goto failed;
    if (request->directory && chdir(request->directory) < 0) goto failed;
    for (int i = 0; i < request->group_count; i++) {
        if (write(groups[i], "0", 1) != 1) goto failed;
    }
    if (request->stage && orchplan_enter_stage(request->stage, &failure[1]) < 0) goto failed;
    umask(request->mask);
    for (int i = 0; i < request->limit_count; i++) {
        struct rlimit limit = {.rlim_cur = request->limits[i].soft, .rlim_max = request->limits[i].hard};
        if (setrlimit(request->limits[i].resource, &limit) < 0) goto failed;
    }
    if (sandbox) {
        if (limit_capabilities(sandbox->capabilities) < 0) goto failed;
        environ = (char **)request->environment;
        execvp(request->path, request->arguments);
    } else {
        restore_cores(cores);
        execve(request->path, request->arguments, request->environment);
    }
failed:;
    failure[0] = errno;
    ssize_t ignored = write(report, failure, sizeof failure);
    (void)ignored;
    _exit(127);
}

int orchplan_spawn(const orchplan_spawn_request *request, pid_t *pid) {
    if (request->descriptor_count < 0 || request->descriptor_count > 1024) return EINVAL;
    if (request->group_count < 0 || request->group_count > 8) return EINVAL;
    if (request->stage && (request->stage->count < 0 || request->stage->count > 8192)) return EINVAL;
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
        int reported[2] = {0, -1};
        do count = read(report[0], reported, sizeof reported);
        while (count < 0 && errno == EINTR);
        if (count == (ssize_t)sizeof reported) {
            error = reported[0];
            if (request->stage) request->stage->failed = reported[1];
            while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
        }
    }
    close(report[0]);
    if (error == 0) *pid = child;
    return error;
}
