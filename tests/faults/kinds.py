"""What can happen to a call of a function."""

# The program must not let anybody notice these.

MOMENTARY = {
    "read": "EINTR EAGAIN short", "readv": "EINTR EAGAIN short",
    "pread": "EINTR short", "recv": "EINTR EAGAIN short",
    "write": "EINTR EAGAIN short", "writev": "EINTR EAGAIN short",
    "pwrite": "EINTR short", "send": "EINTR EAGAIN short",
    "epoll_wait": "EINTR", "poll": "EINTR", "select": "EINTR",
    "copy_file_range": "EINTR short", "sendfile": "EINTR EAGAIN short",
    "fallocate": "EINTR",
}
LASTING = {
    "read": "EIO", "readv": "EIO ECONNRESET", "pread": "EIO",
    "recv": "ECONNRESET ENOMEM", "getline": "EIO ENOMEM", "fread": "EIO",
    "write": "EIO ENOSPC", "writev": "EIO ENOSPC", "pwrite": "EIO ENOSPC",
    "send": "EPIPE ENOBUFS", "fwrite": "EIO ENOSPC", "fputs": "ENOSPC",
    "copy_file_range": "EIO ENOSPC", "sendfile": "EIO",
    "fflush": "ENOSPC EIO", "fclose": "ENOSPC EIO", "close": "EIO EINTR",
    "open": "EMFILE ENFILE ENOSPC EIO EINTR",
    "openat": "EMFILE ENFILE ENOSPC EIO", "fopen": "EMFILE ENFILE ENOMEM",
    "mkostemp": "EMFILE ENOSPC", "dup": "EMFILE", "dup2": "EMFILE",
    "socket": "EMFILE ENFILE ENOBUFS", "socketpair": "EMFILE ENFILE",
    "accept4": "EMFILE ENFILE EINTR EAGAIN", "accept": "EMFILE",
    "connect": "EINTR EAGAIN", "bind": "ENOBUFS", "listen": "ENOBUFS",
    "getsockname": "ENOBUFS", "getpeername": "ENOBUFS",
    "getsockopt": "ENOBUFS", "setsockopt": "ENOBUFS",
    "epoll_create1": "EMFILE ENFILE ENOMEM", "epoll_create": "EMFILE",
    "epoll_ctl": "ENOSPC ENOMEM", "eventfd": "EMFILE ENFILE",
    "timerfd_create": "EMFILE ENFILE", "pipe": "EMFILE",
    "pipe2": "EMFILE ENFILE", "poll": "ENOMEM",
    "fsync": "EIO ENOSPC", "fdatasync": "EIO ENOSPC",
    "ftruncate": "EIO", "fallocate": "EIO ENOSPC", "lseek": "EIO",
    "fstat": "EIO", "stat": "EIO", "lstat": "EIO",
    "fstatat": "EIO", "fchmod": "EIO", "flock": "ENOMEM", "futimens": "EIO",
    "rename": "EIO ENOSPC", "renameat": "EIO ENOSPC",
    "renameat2": "EIO ENOSPC",
    "linkat": "EIO ENOSPC", "unlink": "EIO", "unlinkat": "EIO",
    "mkdir": "ENOSPC EIO", "mkdirat": "ENOSPC EIO",
    "pthread_create": "EAGAIN",
}
# A disk that is full stays full, and so does the table of open files.
STICKY = {
    "write": "ENOSPC", "writev": "ENOSPC", "pwrite": "ENOSPC",
    "open": "EMFILE", "openat": "EMFILE", "socket": "EMFILE",
    "fwrite": "ENOSPC", "epoll_ctl": "ENOSPC",
}
