package io.clonetrace.unwind;

/**
 * An executable mapping of a process, as /proc/PID/maps has it (proc_pid_maps(5)).
 *
 * @param start its first address
 * @param end the address behind it
 * @param offset in the file
 * @param device {@code major:minor} in hex
 * @param inode of the file; 0 if there is no file
 * @param path the file, or a name such as {@code [vdso]}; empty for anonymous memory
 * @param base where the file's first byte is mapped; {@code start} if it isn't
 */
record Mapping(long start, long end, long offset, String device, long inode, String path, long base) {
    private static final String DELETED = " (deleted)";

    boolean holds(long address) {
        return address >= start && address < end;
    }

    boolean hasFile() {
        return path.startsWith("/");
    }

    /** Whether the kernel says that the path is not the file's any more. */
    boolean isDeleted() {
        return path.endsWith(DELETED);
    }

    /** The path that the file had when it was mapped. */
    String file() {
        return isDeleted() ? path.substring(0, path.length() - DELETED.length()) : path;
    }

    /** The file's name without folders. */
    String name() {
        String file = file();
        return file.substring(file.lastIndexOf('/') + 1);
    }

    /** Whether it is the same part of the same file at the same place. */
    boolean isSame(Mapping other) {
        return start == other.start
                && offset == other.offset
                && inode == other.inode
                && device.equals(other.device)
                && base == other.base
                && file().equals(other.file());
    }
}
