/* Preloaded into a process, this writes down what the process does to the files of one folder: every write with its bytes, every
   change of a size, every sync, every removal and change of a name, in order. NL_WATCH is the folder, NL_RECORD the file of the
   record. An entry is: operation (1 byte), length of the name, offset, length of the data (8 bytes each, little-endian), the name,
   the data. Memory maps are not seen; SQLite uses one for the -shm alone, which no power cut leaves behind. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MOST_FILES = 4096, LONGEST = 512 };
static char names[MOST_FILES][LONGEST];
static int record = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static ssize_t raw_write(int fd, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return real(fd, data, size);
}

static int raw_open(const char *path, int flags, mode_t mode) {
    REAL(int, "open64", const char *, int, ...);
    return real(path, flags, mode);
}

static void note(char operation, const char *name, uint64_t offset, const void *data, uint64_t size) {
    const char *where = getenv("NL_RECORD");
    if (!where) return;
    pthread_mutex_lock(&lock);
    if (record < 0) record = raw_open(where, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    uint64_t header[3] = {strlen(name), offset, size};
    struct iovec parts[4] = {{&operation, 1}, {header, sizeof header}, {(void *)name, header[0]}, {(void *)data, size}};
    if (writev(record, parts, size ? 4 : 3) < 0) abort();
    pthread_mutex_unlock(&lock);
}

static int is_watched(const char *path) {
    const char *folder = getenv("NL_WATCH");
    return folder && strncmp(path, folder, strlen(folder)) == 0 && strlen(path) < LONGEST;
}

static const char *name_of(int fd) { return fd >= 0 && fd < MOST_FILES && names[fd][0] ? names[fd] : NULL; }

static int opened(int fd, const char *path, int flags, int is_new) {
    if (fd >= 0 && fd < MOST_FILES) {
        names[fd][0] = 0;
        if (is_watched(path)) {
            strcpy(names[fd], path);
            if (is_new) note('c', path, 0, NULL, 0);
            if (flags & O_TRUNC) note('t', path, 0, NULL, 0);
        }
    }
    return fd;
}

static int open_any(const char *path, int flags, mode_t mode) {
    int is_new = (flags & O_CREAT) && access(path, F_OK) != 0;
    return opened(raw_open(path, flags, mode), path, flags, is_new);
}

#define OPEN(function) \
    int function(const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = flags & O_CREAT ? va_arg(rest, int) : 0; \
        va_end(rest); \
        return open_any(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    REAL(int, "close", int);
    if (fd >= 0 && fd < MOST_FILES) names[fd][0] = 0;
    return real(fd);
}

#define PWRITE(function) \
    ssize_t function(int fd, const void *data, size_t size, off64_t offset) { \
        REAL(ssize_t, #function, int, const void *, size_t, off64_t); \
        ssize_t written = real(fd, data, size, offset); \
        if (written > 0 && name_of(fd)) note('w', name_of(fd), offset, data, written); \
        return written; \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t write(int fd, const void *data, size_t size) {
    off64_t offset = name_of(fd) ? lseek64(fd, 0, SEEK_CUR) : 0;
    if (name_of(fd) && fcntl(fd, F_GETFL) & O_APPEND) offset = lseek64(fd, 0, SEEK_END);
    ssize_t written = raw_write(fd, data, size);
    if (written > 0 && name_of(fd)) note('w', name_of(fd), offset, data, written);
    return written;
}

#define TRUNCATE(function) \
    int function(int fd, off64_t size) { \
        REAL(int, #function, int, off64_t); \
        int failed = real(fd, size); \
        if (!failed && name_of(fd)) note('t', name_of(fd), size, NULL, 0); \
        return failed; \
    }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

#define SYNC(function) \
    int function(int fd) { \
        REAL(int, #function, int); \
        int failed = real(fd); \
        if (!failed && name_of(fd)) note('s', name_of(fd), 0, NULL, 0); \
        return failed; \
    }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    int failed = real(path);
    if (!failed && is_watched(path)) note('u', path, 0, NULL, 0);
    return failed;
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    int failed = real(from, to);
    if (!failed && is_watched(from)) note('r', from, 0, to, strlen(to));
    return failed;
}
