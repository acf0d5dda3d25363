/*
 * Preloaded into orchplan by Tests/Torture/torture.py: counts the calls by which a process has an effect on anything but
 * itself, over all its threads, and does what it was told at one of them. The program under test is the one that is
 * released; it knows nothing of this.
 *
 *   FAULTS_DO   kill-before | kill-after | stop-before | error | forever, or nothing: count only
 *   FAULTS_AT   at which effect, counted from 1
 *   FAULTS_ERRNO  the error that `error` returns once and `forever` from then on
 *   FAULTS_ONLY   for errors: only at these effects (sync, write, rename, ...), by which then is counted
 *   FAULTS_LOG  a file that gets one line an effect: number, name, what on
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_int counter;
static int at, number, log_file = -1;
static enum { NOTHING, KILL_BEFORE, KILL_AFTER, STOP_BEFORE, ERROR, FOREVER } what;
static char only[128];

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("FAULTS_DO");
    if (text) {
        what = !strcmp(text, "kill-before") ? KILL_BEFORE
             : !strcmp(text, "kill-after") ? KILL_AFTER
             : !strcmp(text, "stop-before") ? STOP_BEFORE
             : !strcmp(text, "error") ? ERROR
             : !strcmp(text, "forever") ? FOREVER : NOTHING;
    }
    if ((text = getenv("FAULTS_AT"))) at = atoi(text);
    if ((text = getenv("FAULTS_ERRNO"))) number = atoi(text);
    if ((text = getenv("FAULTS_ONLY"))) snprintf(only, sizeof only, " %s ", text);
    if ((text = getenv("FAULTS_LOG")))
        log_file = syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    /* What this process starts is not its own effect. */
    unsetenv("LD_PRELOAD");
}

/* What a descriptor stands for, in a word that is the same in every run. */
static void describe(int fd, char *text, size_t size) {
    char link[64], path[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (length < 0) length = 0;
    path[length] = 0;
    if (!strncmp(path, "socket:", 7)) snprintf(text, size, "socket");
    else if (fd <= 2) snprintf(text, size, "output");
    else {
        char *slash = strrchr(path, '/');
        snprintf(text, size, "%s", slash ? slash + 1 : path);
    }
}

/* Whether writing there is an effect: files and sockets are; pipes and events wake threads of this process alone. */
static int counts(int fd) {
    struct stat info;
    if (fd == log_file || fstat(fd, &info)) return 0;
    /* What cannot be said is another matter than what cannot be kept. */
    if ((what == ERROR || what == FOREVER) && fd <= 2) return 0;
    return S_ISREG(info.st_mode) || S_ISSOCK(info.st_mode) || S_ISDIR(info.st_mode) || fd == 1 || fd == 2;
}

static int note(const char *name, const char *on) {
    if (only[0]) {
        char word[40];
        snprintf(word, sizeof word, " %s ", name);
        if (!strstr(only, word)) return 0;
    }
    int mine = atomic_fetch_add(&counter, 1) + 1;
    if (log_file >= 0) {
        char line[200];
        int length = snprintf(line, sizeof line, "%d %s %s\n", mine, name, on);
        syscall(SYS_write, log_file, line, length);
    }
    return mine;
}

/* 1: the call fails. */
static int before(int mine) {
    if (!mine || !at) return 0;
    if (what == KILL_BEFORE && mine == at) { syscall(SYS_kill, getpid(), SIGKILL); for (;;) syscall(SYS_pause); }
    if (what == STOP_BEFORE && mine == at) syscall(SYS_kill, getpid(), SIGSTOP);
    if ((what == ERROR && mine == at) || (what == FOREVER && mine >= at)) { errno = number; return 1; }
    return 0;
}

static void after(int mine) {
    if (mine && mine == at && what == KILL_AFTER) { syscall(SYS_kill, getpid(), SIGKILL); for (;;) syscall(SYS_pause); }
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

#define ON_DESCRIPTOR(type, function, word, parameters, arguments, ...) \
    type function parameters { \
        REAL(type, #function, __VA_ARGS__); \
        int mine = 0; \
        if (counts(fd)) { \
            char on[300]; \
            describe(fd, on, sizeof on); \
            mine = note(word, on); \
            if (before(mine)) return -1; \
        } \
        type result = real arguments; \
        int saved = errno; \
        after(mine); \
        errno = saved; \
        return result; \
    }

ON_DESCRIPTOR(ssize_t, write, "write", (int fd, const void *p, size_t n), (fd, p, n), int, const void *, size_t)
ON_DESCRIPTOR(ssize_t, writev, "write", (int fd, const struct iovec *v, int n), (fd, v, n), int, const struct iovec *, int)
ON_DESCRIPTOR(ssize_t, pwrite, "write", (int fd, const void *p, size_t n, off_t o), (fd, p, n, o), int, const void *, size_t, off_t)
ON_DESCRIPTOR(ssize_t, pwrite64, "write", (int fd, const void *p, size_t n, off64_t o), (fd, p, n, o), int, const void *, size_t, off64_t)
ON_DESCRIPTOR(ssize_t, send, "send", (int fd, const void *p, size_t n, int f), (fd, p, n, f), int, const void *, size_t, int)
ON_DESCRIPTOR(ssize_t, sendto, "send", (int fd, const void *p, size_t n, int f, const struct sockaddr *a, socklen_t l), (fd, p, n, f, a, l), int, const void *, size_t, int, const struct sockaddr *, socklen_t)
ON_DESCRIPTOR(ssize_t, sendmsg, "send", (int fd, const struct msghdr *m, int f), (fd, m, f), int, const struct msghdr *, int)
ON_DESCRIPTOR(int, connect, "connect", (int fd, const struct sockaddr *a, socklen_t l), (fd, a, l), int, const struct sockaddr *, socklen_t)
ON_DESCRIPTOR(int, fsync, "sync", (int fd), (fd), int)
ON_DESCRIPTOR(int, fdatasync, "sync", (int fd), (fd), int)
ON_DESCRIPTOR(int, ftruncate, "truncate", (int fd, off_t n), (fd, n), int, off_t)
ON_DESCRIPTOR(int, ftruncate64, "truncate", (int fd, off64_t n), (fd, n), int, off64_t)

#define ON_PATH(function, word, parameters, arguments, path, ...) \
    int function parameters { \
        REAL(int, #function, __VA_ARGS__); \
        const char *slash = strrchr(path, '/'); \
        int mine = note(word, slash ? slash + 1 : path); \
        if (before(mine)) return -1; \
        int result = real arguments; \
        int saved = errno; \
        after(mine); \
        errno = saved; \
        return result; \
    }

ON_PATH(rename, "rename", (const char *a, const char *b), (a, b), b, const char *, const char *)
ON_PATH(link, "link", (const char *a, const char *b), (a, b), b, const char *, const char *)
ON_PATH(unlink, "unlink", (const char *a), (a), a, const char *)
ON_PATH(rmdir, "unlink", (const char *a), (a), a, const char *)
ON_PATH(mkdir, "mkdir", (const char *a, mode_t m), (a, m), a, const char *, mode_t)

/* Files that come to be. */
#define OPEN(function) \
    int function(const char *path, int flags, ...) { \
        REAL(int, #function, const char *, int, ...); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { va_list list; va_start(list, flags); mode = va_arg(list, mode_t); va_end(list); } \
        int mine = 0; \
        struct stat info; \
        if ((flags & O_CREAT) && stat(path, &info)) { \
            const char *slash = strrchr(path, '/'); \
            mine = note("create", slash ? slash + 1 : path); \
            if (before(mine)) return -1; \
        } \
        int result = real(path, flags, mode); \
        int saved = errno; \
        after(mine); \
        errno = saved; \
        return result; \
    }
OPEN(open)
OPEN(open64)
