package io.clonetrace.linux.file;

import com.sun.jna.Pointer;

/**
 * The status of a file (statx(2), inode(7)).
 *
 * @param mode its type and permissions
 * @param user its owner's uid
 * @param group its gid
 * @param links how many hard links it has; 0 for a folder that was removed
 * @param size its size in bytes, if it is a regular file
 * @param mount the id of the mount on which it was found (proc_pid_mountinfo(5)); -1 before Linux 5.8, which does not
 *     tell it
 */
public record FileStatus(int mode, int user, int group, int links, long size, long mount) {
    static final int BYTES = 256; // sizeof(struct statx)
    static final int MASK = 0x7ff | 0x1000; // linux/stat.h: STATX_BASIC_STATS, STATX_MNT_ID

    // linux/stat.h, struct statx
    private static final int STX_MASK = 0;
    private static final int STX_NLINK = 16;
    private static final int STX_UID = 20;
    private static final int STX_GID = 24;
    private static final int STX_MODE = 28;
    private static final int STX_SIZE = 40;
    private static final int STX_MNT_ID = 144;
    private static final int STATX_MNT_ID = 0x1000;

    private static final int S_IFMT = 0170000; // linux/stat.h
    private static final int S_IFIFO = 0010000;
    private static final int S_IFDIR = 0040000;
    private static final int S_IFREG = 0100000;
    private static final int S_IFLNK = 0120000;
    private static final int S_IFSOCK = 0140000;
    private static final int PERMISSIONS = 07777;
    private static final int OTHERS_MAY_WRITE = 022;

    static FileStatus of(Pointer statx) {
        boolean tellsMount = (statx.getInt(STX_MASK) & STATX_MNT_ID) != 0;
        return new FileStatus(
                Short.toUnsignedInt(statx.getShort(STX_MODE)),
                statx.getInt(STX_UID),
                statx.getInt(STX_GID),
                statx.getInt(STX_NLINK),
                statx.getLong(STX_SIZE),
                tellsMount ? statx.getLong(STX_MNT_ID) : -1);
    }

    /** Whether it is a regular file. */
    public boolean isRegular() {
        return (mode & S_IFMT) == S_IFREG;
    }

    /** Whether it is a folder. */
    public boolean isFolder() {
        return (mode & S_IFMT) == S_IFDIR;
    }

    /** Whether it is a named pipe. */
    public boolean isPipe() {
        return (mode & S_IFMT) == S_IFIFO;
    }

    /** Whether it is a socket. */
    public boolean isSocket() {
        return (mode & S_IFMT) == S_IFSOCK;
    }

    /** Whether it is a symbolic link. */
    public boolean isLink() {
        return (mode & S_IFMT) == S_IFLNK;
    }

    /** Its permissions, as chmod(2) takes them. */
    public int permissions() {
        return mode & PERMISSIONS;
    }

    /** Whether its group or all users may write to it. */
    public boolean othersMayWrite() {
        return (mode & OTHERS_MAY_WRITE) != 0;
    }

    FileStatus on(long otherMount) {
        return new FileStatus(mode, user, group, links, size, otherMount);
    }
}
