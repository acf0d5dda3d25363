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
 *   FAULTS_GROUP  a kill is one of the whole process group
 *   FAULTS_SYNCED a folder that gets, under the number of its inode, each file and the names of each directory as they
 *                 were when they were synced last: what is left when the power goes. power.py makes a folder of it
 *   FAULTS_CLOCK  a file of 8 bytes: by how many seconds the wall clock is off, at the moment that it is asked
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static atomic_int counter;
static int at, number, log_file = -1;
static enum { NOTHING, KILL_BEFORE, KILL_AFTER, STOP_BEFORE, ERROR, FOREVER } what;
static char only[128];
static const char *synced;
static int whole_group;
static volatile const int64_t *clock_offset;

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
    synced = getenv("FAULTS_SYNCED");
    whole_group = getenv("FAULTS_GROUP") != NULL;
    if ((text = getenv("FAULTS_CLOCK"))) {
        int fd = syscall(SYS_openat, AT_FDCWD, text, O_RDONLY | O_CLOEXEC);
        void *place = fd < 0 ? MAP_FAILED : mmap(NULL, 8, PROT_READ, MAP_SHARED, fd, 0);
        if (place != MAP_FAILED) clock_offset = place;
        if (fd >= 0) syscall(SYS_close, fd);
    }
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

static void die(void) {
    syscall(SYS_kill, whole_group ? 0 : getpid(), SIGKILL);
    for (;;) syscall(SYS_pause);
}

/* -- What is durable */

static void forget(ino_t inode) {
    char path[400];
    snprintf(path, sizeof path, "%s/%lu", synced, (unsigned long)inode);
    syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    strcat(path, ".d");
    syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

/* Something came to be at a path: what had its inode before is not it. */
static void is_new(const char *path) {
    struct stat info;
    int saved = errno;
    if (synced && !lstat(path, &info)) forget(info.st_ino);
    errno = saved;
}

static void all(int fd, const char *bytes, size_t count) {
    while (count) {
        ssize_t written = syscall(SYS_write, fd, bytes, count);
        if (written <= 0) return;
        bytes += written;
        count -= written;
    }
}

static void keep(int fd) {
    struct stat info;
    char from[64], draft[440], path[400];
    int saved = errno;
    if (!synced || fstat(fd, &info)) return;
    int is_folder = S_ISDIR(info.st_mode);
    if (!is_folder && !S_ISREG(info.st_mode)) return;
    snprintf(from, sizeof from, "/proc/self/fd/%d", fd);
    snprintf(path, sizeof path, "%s/%lu%s", synced, (unsigned long)info.st_ino, is_folder ? ".d" : "");
    snprintf(draft, sizeof draft, "%s.%ld.draft", path, (long)syscall(SYS_gettid));
    int out = syscall(SYS_openat, AT_FDCWD, draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int in = syscall(SYS_openat, AT_FDCWD, from, O_RDONLY | O_CLOEXEC);
    if (is_folder) {
        DIR *folder = fdopendir(in);
        struct dirent *entry;
        while (folder && (entry = readdir(folder))) {
            char line[400];
            if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
            int length = snprintf(line, sizeof line, "%lu %d %s\n", (unsigned long)entry->d_ino, entry->d_type, entry->d_name);
            all(out, line, length);
        }
        if (folder) closedir(folder);
    } else {
        static __thread char bytes[65536];
        ssize_t count;
        while ((count = syscall(SYS_read, in, bytes, sizeof bytes)) > 0) all(out, bytes, count);
        syscall(SYS_close, in);
    }
    syscall(SYS_close, out);
    syscall(SYS_renameat2, AT_FDCWD, draft, AT_FDCWD, path, 0);
    errno = saved;
}

/* 1: the call fails. */
static int before(int mine) {
    if (!mine || !at) return 0;
    if (what == KILL_BEFORE && mine == at) die();
    if (what == STOP_BEFORE && mine == at) syscall(SYS_kill, getpid(), SIGSTOP);
    if ((what == ERROR && mine == at) || (what == FOREVER && mine >= at)) { errno = number; return 1; }
    return 0;
}

static void after(int mine) {
    if (mine && mine == at && what == KILL_AFTER) die();
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

#define ON_DESCRIPTOR(type, function, word, parameters, arguments, ...) \
    ON_DESCRIPTOR_THEN((void)0, type, function, word, parameters, arguments, __VA_ARGS__)

#define ON_DESCRIPTOR_THEN(then, type, function, word, parameters, arguments, ...) \
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
        if (result >= 0) then; \
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
ON_DESCRIPTOR_THEN(keep(fd), int, fsync, "sync", (int fd), (fd), int)
ON_DESCRIPTOR_THEN(keep(fd), int, fdatasync, "sync", (int fd), (fd), int)
ON_DESCRIPTOR(int, ftruncate, "truncate", (int fd, off_t n), (fd, n), int, off_t)
ON_DESCRIPTOR(int, ftruncate64, "truncate", (int fd, off64_t n), (fd, n), int, off64_t)

#define ON_PATH(function, word, parameters, arguments, path, ...) \
    ON_PATH_THEN((void)0, function, word, parameters, arguments, path, __VA_ARGS__)

#define ON_PATH_THEN(then, function, word, parameters, arguments, path, ...) \
    int function parameters { \
        REAL(int, #function, __VA_ARGS__); \
        const char *slash = strrchr(path, '/'); \
        int mine = note(word, slash ? slash + 1 : path); \
        if (before(mine)) return -1; \
        int result = real arguments; \
        int saved = errno; \
        then; \
        after(mine); \
        errno = saved; \
        return result; \
    }

ON_PATH(rename, "rename", (const char *a, const char *b), (a, b), b, const char *, const char *)
ON_PATH(link, "link", (const char *a, const char *b), (a, b), b, const char *, const char *)
ON_PATH(unlink, "unlink", (const char *a), (a), a, const char *)
ON_PATH(rmdir, "unlink", (const char *a), (a), a, const char *)
ON_PATH_THEN(if (!result) is_new(a), mkdir, "mkdir", (const char *a, mode_t m), (a, m), a, const char *, mode_t)

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
        if (mine && result >= 0) is_new(path); \
        after(mine); \
        errno = saved; \
        return result; \
    }
OPEN(open)
OPEN(open64)

/* -- The wall clock; what counts on, goes on */

int clock_gettime(clockid_t which, struct timespec *time) {
    int result = syscall(SYS_clock_gettime, which, time);
    if (!result && clock_offset && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) time->tv_sec += *clock_offset;
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    now->tv_sec = time.tv_sec;
    now->tv_usec = time.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *place) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (place) *place = now.tv_sec;
    return now.tv_sec;
}
