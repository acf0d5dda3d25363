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
 *   FAULTS_SYNCED a folder that gets, under the number of its inode, each file and the names of each directory as they
 *                 were when they were synced last: what is left when the power goes. power.py makes a folder of it.
 *                 Whatever else of the program these processes start is recorded as well, without their other faults
 *   FAULTS_POWER  a kill is one of all that are recorded in FAULTS_SYNCED, and of all that come later
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
#include <sys/file.h>
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
static pid_t own;
static enum { NOTHING, KILL_BEFORE, KILL_AFTER, STOP_BEFORE, ERROR, FOREVER } what;
static char only[128];
static const char *synced;
static int is_power;
static char shim[400];
static volatile const int64_t *clock_offset;

static void enlist(void);

__attribute__((constructor)) static void begin(void) {
    own = getpid();
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
    is_power = getenv("FAULTS_POWER") != NULL;
    if ((text = getenv("FAULTS_CLOCK"))) {
        int fd = syscall(SYS_openat, AT_FDCWD, text, O_RDONLY | O_CLOEXEC);
        void *place = fd < 0 ? MAP_FAILED : mmap(NULL, 8, PROT_READ, MAP_SHARED, fd, 0);
        if (place != MAP_FAILED) clock_offset = place;
        if (fd >= 0) syscall(SYS_close, fd);
    }
    /* What this process starts is not its own effect. */
    if ((text = getenv("LD_PRELOAD"))) snprintf(shim, sizeof shim, "%s", text);
    unsetenv("LD_PRELOAD");
    if (synced) enlist();
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
    /* In a copy that is about to become another program the number may be another file's already. */
    if (log_file >= 0 && getpid() == own) {
        char line[200];
        int length = snprintf(line, sizeof line, "%d %s %s\n", mine, name, on);
        syscall(SYS_write, log_file, line, length);
    }
    return mine;
}

static void place(char *path, size_t size, const char *name) { snprintf(path, size, "%s/%s", synced, name); }

static int make(const char *name) {
    char path[400];
    place(path, sizeof path, name);
    return syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static int is_cut(void) {
    char path[400];
    place(path, sizeof path, "cut");
    return !syscall(SYS_faccessat, AT_FDCWD, path, F_OK) || syscall(SYS_faccessat, AT_FDCWD, synced, F_OK);
}

/* Whether a process is one of those that are recorded here: its number may be another's by now. */
static int is_recorded(long pid) {
    static __thread char bytes[65536];
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/environ", pid);
    int file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    ssize_t count = file < 0 ? 0 : syscall(SYS_read, file, bytes, sizeof bytes);
    if (file >= 0) syscall(SYS_close, file);
    return count > 0 && memmem(bytes, count, synced, strlen(synced)) != NULL;
}

/* From here on nothing more becomes durable: who comes sees the cut, and who was there before is on the list. */
static void cut(void) {
    syscall(SYS_close, make("cut"));
    DIR *folder = opendir(synced);
    struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        long pid;
        if (sscanf(entry->d_name, "pid.%ld", &pid) == 1 && pid != getpid() && is_recorded(pid)) syscall(SYS_kill, pid, SIGKILL);
    }
}

static void die(void) {
    if (synced && is_power) cut();
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

/* -- What is durable */

static void enlist(void) {
    char name[40];
    snprintf(name, sizeof name, "pid.%d", getpid());
    syscall(SYS_close, make(name));
    if (is_cut()) die();
}

/* Keeps the inode of what loses its name: another file must not get it while what was synced is known by it. */
static void hold(const char *path) {
    char name[400];
    struct stat info;
    int saved = errno;
    if (synced && !lstat(path, &info)) {
        snprintf(name, sizeof name, "%s/held.%lu", synced, (unsigned long)info.st_ino);
        if (S_ISDIR(info.st_mode)) syscall(SYS_openat, AT_FDCWD, path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        else syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, name, 0);
    }
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

static void keep_names(int in, int out) {
    DIR *folder = fdopendir(in);
    struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        char line[400];
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        int length = snprintf(line, sizeof line, "%lu %d %s\n", (unsigned long)entry->d_ino, entry->d_type, entry->d_name);
        all(out, line, length);
    }
    if (folder) closedir(folder);
}

/* By the descriptor itself where it can be read: closing another one would take the process its locks on the file. */
static void keep_bytes(int fd, const char *from, int out) {
    static __thread char bytes[65536];
    int other = -1;
    off_t offset = 0;
    ssize_t count = syscall(SYS_pread64, fd, bytes, sizeof bytes, offset);
    if (count < 0) {
        other = syscall(SYS_openat, AT_FDCWD, from, O_RDONLY | O_CLOEXEC);
        count = syscall(SYS_pread64, other, bytes, sizeof bytes, offset);
    }
    for (; count > 0; count = syscall(SYS_pread64, other < 0 ? fd : other, bytes, sizeof bytes, offset)) {
        all(out, bytes, count);
        offset += count;
    }
    if (other >= 0) syscall(SYS_close, other);
}

/* One after the other: of two that sync a directory, the one that looked later has to be the one that is kept. */
static void keep(int fd) {
    struct stat info;
    char from[64], draft[440], path[400];
    int saved = errno;
    if (!synced || fstat(fd, &info)) return;
    int is_folder = S_ISDIR(info.st_mode);
    if (!is_folder && !S_ISREG(info.st_mode)) return;
    int lock = make("lock");
    flock(lock, LOCK_EX);
    /* Nobody is told of what was synced after the power went. */
    if (is_cut()) die();
    snprintf(from, sizeof from, "/proc/self/fd/%d", fd);
    snprintf(path, sizeof path, "%s/%lu%s", synced, (unsigned long)info.st_ino, is_folder ? ".d" : "");
    snprintf(draft, sizeof draft, "%s.draft", path);
    int out = syscall(SYS_openat, AT_FDCWD, draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (is_folder) keep_names(syscall(SYS_openat, AT_FDCWD, from, O_RDONLY | O_CLOEXEC), out);
    else keep_bytes(fd, from, out);
    syscall(SYS_close, out);
    syscall(SYS_renameat2, AT_FDCWD, draft, AT_FDCWD, path, 0);
    syscall(SYS_close, lock);
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
    int function parameters { \
        REAL(int, #function, __VA_ARGS__); \
        const char *slash = strrchr(path, '/'); \
        int mine = note(word, slash ? slash + 1 : path); \
        if (before(mine)) return -1; \
        hold(path); \
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

/* What is started of the same program, an agent or a shim, writes to the same disk. */
int execve(const char *path, char *const words[], char *const given[]) {
    char *settings[200], preload[420], folder[420];
    int count = 0;
    /* Between fork and this no lock may be waited for, as a look for the real one might. */
    if (!synced || !words[0] || strcmp(words[0], "orchplan")) return syscall(SYS_execve, path, words, given);
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", shim);
    snprintf(folder, sizeof folder, "FAULTS_SYNCED=%s", synced);
    settings[count++] = preload;
    settings[count++] = folder;
    for (int i = 0; given[i] && count < 199; i++) settings[count++] = given[i];
    settings[count] = NULL;
    return syscall(SYS_execve, path, words, settings);
}

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
