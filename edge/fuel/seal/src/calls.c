/* WASI as the job sees it. Below /outputs it is the sandbox of package job: one
 * flat directory of files that are written and not read, in memory. Of the host's own
 * files it is given those below /inputs, and to read only: on a node, to open what is
 * not there would make it, and whatever is written there is published. */
#include "calls.h"

#include "files.h"

enum { BADF = 8, EXIST = 20, FAULT = 21, INVAL = 28, IO = 29, ISDIR = 31, NAMETOOLONG = 37, NOENT = 44, NOSYS = 52, NOTDIR = 54, PERM = 63, ROFS = 69 };
enum { CREAT = 1, DIRECTORY = 2, EXCL = 4, TRUNC = 8, APPEND = 1, NONBLOCK = 4, SYNCS = 2 | 8 | 16, MAY_READ = 2, MAY_WRITE = 64 };
enum { ROOT = 3, MAX_FD = 4096, MAX_OPEN = 64, MAX_PATH = 4096, FOLDER = 3, REGULAR = 4 };
static const uint64_t FILE_RIGHTS = 0x8e001ff; /* as wazero gives them */

/* What a descriptor is, besides what the host takes it for. Behind a handle on a
 * file the host has "/" open, so that the job's descriptors have the numbers that
 * they would have elsewhere. */
struct handle {
    enum { OTHER, FILE, INPUTS, OUTPUTS, TOP } kind;
    bool append;
    struct file *file;
    int64_t at;
};

static struct handle handles[MAX_FD];
static uint32_t open_files;
static bool closed[3]; /* of stdin, stdout and stderr */

static struct handle *handle_of(int32_t fd) {
    static struct handle none;
    static bool begun;
    if (!begun) handles[ROOT].kind = TOP;
    begun = true;
    return fd >= 0 && fd < MAX_FD ? &handles[fd] : &none;
}

/* Where a path leads. */
struct place {
    enum { NOWHERE, TOP_ITSELF, INPUTS_ITSELF, INPUT, OUTPUTS_ITSELF, OUTPUT } where;
    const uint8_t *name; /* of an OUTPUT: what follows outputs/ */
    uint32_t size;
};

static bool same(const uint8_t *text, uint32_t size, const char *want) {
    uint32_t i = 0;
    while (i < size && want[i] && text[i] == (uint8_t)want[i]) i++;
    return i == size && !want[i];
}

/* Tells whether text is UTF-8, which all paths must be. */
static bool valid_text(const uint8_t *text, uint32_t size) {
    for (uint32_t i = 0; i < size;) {
        uint8_t first = text[i++];
        uint32_t more = first < 0x80 ? 0 : first < 0xc2 ? 4 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : 4;
        if (more == 4 || size - i < more) return false;
        uint8_t least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80, most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        for (; more > 0; more--, i++, least = 0x80, most = 0xbf)
            if (text[i] < least || text[i] > most) return false;
    }
    return true;
}

/* Resolves a path as wazero does: lexically, and never out of the directory. */
static int32_t resolve(int32_t fd, address path, uint32_t size, struct place *p) {
    static uint8_t raw[MAX_PATH], clean[MAX_PATH];
    if (!in_guest(path, size)) return FAULT;
    if (size > MAX_PATH) return NAMETOOLONG;
    load(raw, path, size);
    if (size > 0 && raw[0] == '/') return PERM;
    uint32_t n = 0;
    for (uint32_t at = 0; at < size;) {
        uint32_t end = at;
        while (end < size && raw[end] != '/') end++;
        if (same(raw + at, end - at, "..")) {
            if (n == 0) return PERM;
            while (n > 0 && clean[n - 1] != '/') n--;
            if (n > 0) n--;
        } else if (end > at && !same(raw + at, end - at, ".")) {
            if (n > 0) clean[n++] = '/';
            __builtin_memcpy(clean + n, raw + at, end - at);
            n += end - at;
        }
        at = end + 1;
    }
    if (!valid_text(clean, n)) return PERM;
    const struct handle *h = handle_of(fd);
    *p = (struct place){NOWHERE, clean, n};
    switch (h->kind) {
    case FILE:
        return NOTDIR;
    case OUTPUTS:
        p->where = n > 0 ? OUTPUT : OUTPUTS_ITSELF;
        break;
    case TOP: {
        uint32_t first = 0;
        while (first < n && clean[first] != '/') first++;
        if (n == 0) {
            p->where = TOP_ITSELF;
        } else if (same(clean, first, "inputs")) {
            p->where = first < n ? INPUT : INPUTS_ITSELF;
        } else if (same(clean, first, "outputs")) {
            p->where = first < n ? OUTPUT : OUTPUTS_ITSELF;
            p->name = clean + first + 1;
            p->size = first < n ? n - first - 1 : 0;
        }
        break;
    }
    case INPUTS:
    case OTHER: /* no directory */
        p->where = n > 0 ? INPUT : INPUTS_ITSELF;
        break;
    }
    return 0;
}

static bool valid_name(const uint8_t *name, uint32_t size) {
    for (uint32_t i = 0; i < size; i++)
        if (name[i] == '/' || name[i] == 0) return false;
    return size <= MAX_NAME;
}

static int32_t open_output(const struct place *p, address path, int32_t flags, int32_t fd_flags, address opened) {
    struct file *f = valid_name(p->name, p->size) ? find_file(p->name, p->size) : NULL;
    if (!f && (!(flags & CREAT) || !valid_name(p->name, p->size))) return NOENT;
    if (f && flags & DIRECTORY) return NOTDIR;
    if (f && flags & EXCL) return EXIST;
    if (!f && file_count == MAX_FILES) __builtin_trap();
    if (open_files == MAX_OPEN) return IO;
    if (!f) {
        f = new_file(p->name, p->size);
    } else if (flags & TRUNC) {
        empty_file(f);
    }
    /* The host opens "/" by the first byte of the job's path. */
    uint8_t first = load8(path);
    store8(path, '.');
    int32_t errno = host_path_open(ROOT, 0, path, 1, DIRECTORY, 0, 0, 0, opened);
    uint32_t fd = errno == 0 ? load32(opened) : 0;
    store8(path, first);
    if (errno != 0) return errno;
    if (fd >= MAX_FD) {
        host_fd_close((int32_t)fd);
        return IO;
    }
    store32(opened, fd); /* should it lie over the path */
    handles[fd] = (struct handle){.kind = FILE, .append = fd_flags & APPEND, .file = f};
    open_files++;
    return 0;
}

CALL(path_open)(int32_t dir, int32_t lookup, address path, uint32_t size, int32_t flags, int64_t rights, int64_t inherit, int32_t fd_flags, address opened) {
    struct place p;
    int32_t errno = resolve(dir, path, size, &p);
    if (errno != 0) return errno;
    if (size == 0) return INVAL;
    if (flags & DIRECTORY && flags & CREAT) return INVAL;
    switch (p.where) {
    case OUTPUT:
        return open_output(&p, path, flags, fd_flags, opened);
    case NOWHERE:
        return flags & CREAT ? ROFS : NOENT;
    case INPUT:
        if (flags & TRUNC || fd_flags & APPEND || rights & MAY_WRITE || (flags & CREAT && !(rights & MAY_READ))) return ROFS;
        break;
    default:
        fd_flags &= ~APPEND;
        rights = MAY_READ;
    }
    errno = host_path_open(dir, lookup, path, size, flags & DIRECTORY, rights, inherit, fd_flags, opened);
    if (errno == NOENT && flags & CREAT) return ROFS;
    if (errno != 0) return errno;
    uint32_t fd = load32(opened);
    if (fd >= MAX_FD) {
        host_fd_close((int32_t)fd);
        return IO;
    }
    handles[fd] = (struct handle){.kind = p.where == TOP_ITSELF ? TOP : p.where == OUTPUTS_ITSELF ? OUTPUTS : p.where == INPUTS_ITSELF ? INPUTS : OTHER};
    return 0;
}

CALL(fd_close)(int32_t fd) {
    int32_t errno = host_fd_close(fd);
    if (errno != 0) return errno;
    struct handle *h = handle_of(fd);
    if (h->kind == FILE) open_files--;
    *h = (struct handle){0};
    if (fd >= 0 && fd < ROOT) closed[fd] = true;
    return 0;
}

CALL(fd_renumber)(int32_t fd, int32_t to) {
    struct handle *from = handle_of(fd), *over = handle_of(to);
    if (to >= MAX_FD) return BADF;
    if (fd == to && fd > ROOT && from->kind != OTHER) return 0; /* the host would close it */
    int32_t errno = host_fd_renumber(fd, to);
    if (errno != 0 || fd == to) return errno;
    if (over->kind == FILE) open_files--;
    *over = *from;
    *from = (struct handle){0};
    return 0;
}

/* Where what is written goes. */
struct sink {
    struct handle *handle; /* NULL = it was printed */
    int32_t stream;
    int64_t at;
    bool here; /* at is where to write, and the handle's own place stays */
    int32_t refusal;
};

static int32_t put(struct sink *s, address from, uint32_t size) {
    if (s->here && size == 0) return 0;
    if (s->refusal) return s->refusal;
    if (!s->handle) {
        print(s->stream, from, size);
        return 0;
    }
    struct handle *h = s->handle;
    if (!s->here) s->at = h->append ? (int64_t)h->file->size : h->at;
    if (s->at < 0 || s->at > INT64_MAX - size) return INVAL;
    write_file(h->file, (uint64_t)s->at, from, size);
    s->at += size;
    if (!s->here) h->at = s->at;
    return 0;
}

static int32_t put_all(struct sink *s, address vecs, uint32_t n, address done) {
    uint32_t bytes = n << 3, written = 0; /* as wazero counts them */
    if (!in_guest(vecs, bytes)) return FAULT;
    for (uint32_t i = 0; i < bytes; i += 8) {
        address from = load32(vecs + i);
        uint32_t size = load32(vecs + i + 4);
        if (!in_guest(from, size)) return FAULT;
        int32_t errno = put(s, from, size);
        if (errno != 0) return errno;
        written += size;
    }
    if (!in_guest(done, 4)) return FAULT;
    store32(done, written);
    return 0;
}

CALL(fd_write)(int32_t fd, address vecs, uint32_t n, address done) {
    struct handle *h = handle_of(fd);
    if (h->kind == FILE) return put_all(&(struct sink){.handle = h}, vecs, n, done);
    if ((fd == 1 || fd == 2) && !closed[fd]) return put_all(&(struct sink){.stream = fd}, vecs, n, done);
    if (h->kind != OTHER) return put_all(&(struct sink){.refusal = ISDIR}, vecs, n, done);
    return host_fd_write(fd, vecs, n, done); /* of what it has open there is none to write to */
}

CALL(fd_pwrite)(int32_t fd, address vecs, uint32_t n, int64_t at, address done) {
    struct handle *h = handle_of(fd);
    if (h->kind == FILE) return put_all(&(struct sink){.handle = h, .here = true, .at = at}, vecs, n, done);
    if (h->kind != OTHER) return put_all(&(struct sink){.here = true, .refusal = ISDIR}, vecs, n, done);
    return host_fd_pwrite(fd, vecs, n, at, done);
}

/* Reads of a file that nobody reads: nothing is what there is of that. */
static int32_t read_file(address vecs, uint32_t n, address done) {
    uint32_t bytes = n << 3;
    if (!in_guest(vecs, bytes)) return FAULT;
    for (uint32_t i = 0; i < bytes; i += 8) {
        uint32_t size = load32(vecs + i + 4);
        if (size > 0) return in_guest(load32(vecs + i), size) ? BADF : FAULT;
    }
    if (!in_guest(done, 4)) return FAULT;
    store32(done, 0);
    return 0;
}

CALL(fd_read)(int32_t fd, address vecs, uint32_t n, address done) { return handle_of(fd)->kind == FILE ? read_file(vecs, n, done) : host_fd_read(fd, vecs, n, done); }

CALL(fd_pread)(int32_t fd, address vecs, uint32_t n, int64_t at, address done) {
    return handle_of(fd)->kind == FILE ? read_file(vecs, n, done) : host_fd_pread(fd, vecs, n, at, done);
}

CALL(fd_seek)(int32_t fd, int64_t offset, int32_t whence, address at) {
    struct handle *h = handle_of(fd);
    if (h->kind != FILE) return host_fd_seek(fd, offset, whence, at);
    uint64_t to = (uint64_t)offset + (whence == 1 ? (uint64_t)h->at : whence == 2 ? h->file->size : 0);
    if ((int64_t)to < 0) return INVAL;
    h->at = (int64_t)to;
    if (!in_guest(at, 8)) return FAULT;
    store64(at, to);
    return 0;
}

CALL(fd_tell)(int32_t fd, address at) { return handle_of(fd)->kind == FILE ? fd_seek(fd, 0, 1, at) : host_fd_tell(fd, at); }

static int32_t put_stat(int32_t kind, uint64_t size, address stat) {
    if (!in_guest(stat, 64)) return FAULT;
    for (uint32_t i = 0; i < 64; i += 8) store64(stat + i, 0); /* nothing of a host's disk or clock */
    store64(stat + 16, (uint64_t)kind);
    store64(stat + 24, 1); /* links */
    store64(stat + 32, size);
    return 0;
}

/* Leaves of what the host says of an input what is the same on every host. */
static int32_t same_stat(int32_t errno, address stat) { return errno ? errno : put_stat(load8(stat + 16), load64(stat + 32), stat); }

CALL(fd_filestat_get)(int32_t fd, address stat) {
    const struct handle *h = handle_of(fd);
    switch (h->kind) {
    case FILE:
        return put_stat(REGULAR, h->file->size, stat);
    case OTHER:
        return fd < ROOT ? host_fd_filestat_get(fd, stat) : same_stat(host_fd_filestat_get(fd, stat), stat);
    default:
        return put_stat(FOLDER, 0, stat);
    }
}

CALL(path_filestat_get)(int32_t dir, int32_t flags, address path, uint32_t size, address stat) {
    struct place p;
    int32_t errno = resolve(dir, path, size, &p);
    if (errno != 0) return errno;
    switch (p.where) {
    case NOWHERE:
        return NOENT;
    case OUTPUT: {
        const struct file *f = valid_name(p.name, p.size) ? find_file(p.name, p.size) : NULL;
        return f ? put_stat(REGULAR, f->size, stat) : NOENT;
    }
    case INPUT:
        return same_stat(host_path_filestat_get(dir, flags, path, size, stat), stat);
    default:
        return put_stat(FOLDER, 0, stat);
    }
}

CALL(fd_fdstat_get)(int32_t fd, address stat) {
    const struct handle *h = handle_of(fd);
    if (h->kind != FILE) return host_fd_fdstat_get(fd, stat);
    if (!in_guest(stat, 24)) return FAULT;
    store64(stat, REGULAR | (h->append ? APPEND << 16 : 0));
    store64(stat + 8, FILE_RIGHTS);
    store64(stat + 16, 0);
    return 0;
}

CALL(fd_fdstat_set_flags)(int32_t fd, int32_t flags) {
    struct handle *h = handle_of(fd);
    if (h->kind == OTHER) return host_fd_fdstat_set_flags(fd, flags);
    if (flags & SYNCS) return INVAL;
    if (h->kind != FILE) return ISDIR;
    if (flags & NONBLOCK) return NOSYS;
    h->append = flags & APPEND;
    return 0;
}

CALL(fd_allocate)(int32_t fd, int64_t at, int64_t size) {
    const struct handle *h = handle_of(fd);
    if (h->kind != FILE) return host_fd_allocate(fd, at, size);
    uint64_t end = (uint64_t)at + (uint64_t)size;
    return (int64_t)end < 0 ? INVAL : h->file->size >= end ? 0 : NOSYS;
}

/* What the sandbox's files cannot do. */
#define REFUSED_OF_FILES(name, errno, parameters, arguments) \
    CALL(name) parameters { return handle_of(fd)->kind == FILE ? errno : host_##name arguments; }
CALL(fd_filestat_set_size)(int32_t fd, int64_t size) {
    (void)size;
    return handle_of(fd)->kind == FILE ? NOSYS : BADF;
}
REFUSED_OF_FILES(fd_filestat_set_times, NOSYS, (int32_t fd, int64_t accessed, int64_t modified, int32_t flags), (fd, accessed, modified, flags))
REFUSED_OF_FILES(fd_readdir, BADF, (int32_t fd, address entries, uint32_t size, int64_t cookie, address used), (fd, entries, size, cookie, used))
REFUSED_OF_FILES(fd_sync, 0, (int32_t fd), (fd))
REFUSED_OF_FILES(fd_datasync, 0, (int32_t fd), (fd))

/* What neither the sandbox nor a node can do to paths. */
#define REFUSED(name, ...) \
    CALL(name)(__VA_ARGS__) { return NOSYS; }
REFUSED(path_create_directory, int32_t, address, uint32_t)
REFUSED(path_filestat_set_times, int32_t, int32_t, address, uint32_t, int64_t, int64_t, int32_t)
REFUSED(path_link, int32_t, int32_t, address, uint32_t, int32_t, address, uint32_t)
REFUSED(path_readlink, int32_t, address, uint32_t, address, uint32_t, address)
REFUSED(path_remove_directory, int32_t, address, uint32_t)
REFUSED(path_rename, int32_t, address, uint32_t, int32_t, address, uint32_t)
REFUSED(path_symlink, address, uint32_t, int32_t, address, uint32_t)
REFUSED(path_unlink_file, int32_t, address, uint32_t)

/* What the job may ask the host by itself. */
#define PASSED(name, parameters, arguments) \
    CALL(name) parameters { return host_##name arguments; }
PASSED(args_get, (address pointers, address text), (pointers, text))
PASSED(args_sizes_get, (address count, address size), (count, size))
PASSED(environ_get, (address pointers, address text), (pointers, text))
PASSED(environ_sizes_get, (address count, address size), (count, size))
PASSED(fd_advise, (int32_t fd, int64_t at, int64_t size, int32_t advice), (fd, at, size, advice))
PASSED(fd_fdstat_set_rights, (int32_t fd, int64_t rights, int64_t inherit), (fd, rights, inherit))
PASSED(fd_prestat_get, (int32_t fd, address prestat), (fd, prestat))
PASSED(fd_prestat_dir_name, (int32_t fd, address name, uint32_t size), (fd, name, size))
PASSED(sched_yield, (void), ())
