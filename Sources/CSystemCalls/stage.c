#define _GNU_SOURCE
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/// The decimal digits of `number` behind `prefix`; the buffer has to have room for both.
static char *append_number(char *end, unsigned number) {
    char digits[12];
    int count = 0;
    do digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (count > 0) *end++ = digits[--count];
    *end = 0;
    return end;
}

static int write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t count = write(file, text, strlen(text));
    close(file);
    return count == (ssize_t)strlen(text) ? 0 : -1;
}

/// A map of users or groups by which `id` is itself and all others are nobody.
static int map_itself(const char *path, unsigned id) {
    char text[40];
    char *end = append_number(text, id);
    *end++ = ' ';
    end = append_number(end, id);
    strcpy(end, " 1");
    return write_file(path, text);
}

/// Enters a mount namespace of its own; who is not root needs one of users for that.
static int leave_host(void) {
    uid_t user = geteuid();
    gid_t group = getegid();
    if (unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) < 0) return -1;
    if (user != 0) {
        if (map_itself("/proc/self/uid_map", user) < 0) return -1;
        if (write_file("/proc/self/setgroups", "deny") < 0) return -1;
        if (map_itself("/proc/self/gid_map", group) < 0) return -1;
    }
    // What the host unmounts goes here as well, and nothing that is done here is seen there.
    return mount(NULL, "/", NULL, MS_SLAVE | MS_REC, NULL);
}

static int set_read_only(int directory, const char *path, unsigned flags, int is_read_only) {
    struct mount_attr change = {0};
    if (is_read_only) change.attr_set = MOUNT_ATTR_RDONLY;
    else change.attr_clr = MOUNT_ATTR_RDONLY;
    return (int)syscall(SYS_mount_setattr, directory, path, flags, &change, sizeof change);
}

static int open_resolved(int directory, const char *path, uint64_t resolve) {
    struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = resolve};
    int file = -1;
    // The kernel gives up where something was renamed meanwhile that could have led out.
    for (int attempt = 0; attempt < 1000; attempt++) {
        file = (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
        if (file >= 0 || errno != EAGAIN) break;
    }
    return file;
}

int orchplan_open_beneath(const char *root, const char *beneath) {
    int top = open_resolved(AT_FDCWD, root, RESOLVE_NO_SYMLINKS);
    if (top < 0 || beneath == NULL || *beneath == 0) return top;
    int file = open_resolved(top, beneath, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
    int error = errno;
    close(top);
    errno = error;
    return file;
}

/// A mount of its own of what a source names, with all that is mounted below, not yet anywhere.
static int take(const orchplan_staged *source) {
    int file = orchplan_open_beneath(source->path, source->beneath);
    if (file < 0) return -1;
    unsigned flags = AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;
    int tree = (int)syscall(SYS_open_tree, file, "", flags);
    int error = errno;
    close(file);
    errno = error;
    if (tree < 0 || source->is_writable) return tree;
    return set_read_only(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, 1) < 0 ? -1 : tree;
}

/// Puts a mount at its number in the directory that was hidden.
static int put(int tree, const char *hidden, int number) {
    char path[4096 + 16];
    if (strlen(hidden) > 4096) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(path, hidden);
    strcat(path, "/");
    append_number(path + strlen(path), (unsigned)number);
    struct stat info;
    if (fstatat(tree, "", &info, AT_EMPTY_PATH) < 0) return -1;
    if (S_ISDIR(info.st_mode)) {
        if (mkdir(path, 0700) < 0) return -1;
    } else {
        int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
        if (file < 0) return -1;
        close(file);
    }
    if (syscall(SYS_move_mount, tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) < 0) return -1;
    close(tree);
    return 0;
}

int orchplan_enter_stage(const orchplan_stage *stage, int *failed) {
    int trees[stage->count + 1];
    *failed = -1;
    if (leave_host() < 0) return -1;
    for (int pass = 0; pass < 2; pass++) {
        // What lies in the hidden directory is taken before it is hidden, all else where it is not there any more.
        for (int i = 0; i < stage->count; i++) {
            const orchplan_staged *source = &stage->sources[i];
            if (pass == 0) trees[i] = -1;
            if (source->is_own != (pass == 0) || !(source->is_own || source->is_writable)) continue;
            *failed = i;
            if ((trees[i] = take(source)) < 0) return -1;
        }
        *failed = -1;
        if (pass == 0 && mount("tmpfs", stage->hidden, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700") < 0) return -1;
    }
    if (set_read_only(AT_FDCWD, "/", AT_RECURSIVE, 1) < 0) return -1;
    if (set_read_only(AT_FDCWD, stage->hidden, 0, 0) < 0) return -1;
    // The kernel mounts a new one for a user only where there is one that is no more restricted.
    if (geteuid() != 0) (void)set_read_only(AT_FDCWD, "/proc", 0, 0);
    for (int i = 0; i < stage->count; i++) {
        *failed = i;
        if (trees[i] < 0 && (trees[i] = take(&stage->sources[i])) < 0) return -1;
        if (put(trees[i], stage->hidden, i) < 0) return -1;
    }
    *failed = -1;
    return set_read_only(AT_FDCWD, stage->hidden, 0, 1);
}
