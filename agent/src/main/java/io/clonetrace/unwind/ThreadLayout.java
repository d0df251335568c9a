package io.clonetrace.unwind;

import io.clonetrace.unwind.elf.ElfFile;
import io.clonetrace.unwind.elf.ElfMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Where glibc keeps what it knows of its threads in one process: the function that was passed to pthread_create(3), and
 * the list of all threads. The structures are private; glibc describes them to debuggers by symbols that its
 * libthread_db reads (nptl_db/structs.def).
 */
public final class ThreadLayout {
    private static final String DESCRIPTORS = "_thread_db_";
    /** Every page size is a multiple of this. */
    private static final long PAGE = 4096;

    /** stackblock, stackblock_size, guardsize and reported_guardsize of struct pthread, side by side. */
    private static final int BLOCK = 4 * Long.BYTES;

    private static final int MOST_THREADS = 1 << 22;
    private static final int LARGEST_STRUCTURE = 1 << 20;

    /** Of list_t: next and previous. */
    private static final int LINKS = 2 * Long.BYTES;

    /** Threads that were made while the tasks were counted. */
    private static final int SLACK = 1024;

    private final int pid;
    private final boolean tlsIsPthread;
    private final long pthreadSize;
    private final int startRoutine;
    private final int tid;
    private final int list;
    private final long[] heads;
    private long hotSpotStart;
    private long hotSpotEnd;

    /**
     * Reads the layout of a process's C library.
     *
     * @return empty if the process has no glibc, or it can't be read
     */
    public static Optional<ThreadLayout> of(int pid) {
        try (Libraries libraries = new Libraries()) {
            Mappings mappings = Mappings.of(pid);
            for (Mapping mapping : mappings.all()) {
                // Before glibc 2.34 threads were libpthread's.
                if (isOfGlibc(mapping.name())) {
                    MappedFile module = MappedFile.of(pid, mapping, libraries);
                    if (module.library() != null
                            && module.library()
                                    .file()
                                    .symbol(DESCRIPTORS + "pthread_start_routine")
                                    .isPresent()) {
                        return Optional.of(new ThreadLayout(pid, mappings, module, libraries));
                    }
                }
            }
        } catch (IOException unreadable) {
            // Gone, or not ours to look at.
        }
        return Optional.empty();
    }

    private static boolean isOfGlibc(String name) {
        return name.startsWith("libc.")
                || name.startsWith("libc-")
                || name.startsWith("libpthread.")
                || name.startsWith("libpthread-");
    }

    private ThreadLayout(int pid, Mappings mappings, MappedFile threads, Libraries libraries) throws IOException {
        this.pid = pid;
        ElfFile file = threads.library().file();
        tlsIsPthread = file.machine() == ElfMachine.X86_64;
        pthreadSize = size(file);
        startRoutine = offset(file, "pthread_start_routine");
        tid = offset(file, "pthread_tid");
        list = offset(file, "pthread_list");
        heads = heads(pid, threads, mappings, libraries);
        for (Mapping mapping : mappings.all()) {
            if (mapping.name().equals("libjvm.so")) {
                hotSpotStart = hotSpotStart == 0 ? mapping.start() : hotSpotStart;
                hotSpotEnd = mapping.end();
            }
        }
    }

    private static ByteBuffer descriptor(ElfFile file, String name, int length) throws IOException {
        long at = file.symbol(DESCRIPTORS + name).orElseThrow(() -> new IOException("no " + DESCRIPTORS + name));
        return ByteBuffer.wrap(file.read(at, length)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A field's offset; it is described by its size in bits, a count and the offset. */
    private static int offset(ElfFile file, String name) throws IOException {
        int offset = descriptor(file, name, 3 * Integer.BYTES).getInt(2 * Integer.BYTES);
        if (offset < 0 || offset > LARGEST_STRUCTURE) {
            throw new IOException(name + " is at " + offset);
        }
        return offset;
    }

    private static long size(ElfFile file) throws IOException {
        return descriptor(file, "sizeof_pthread", Integer.BYTES).getInt(0) & 0xffff_ffffL;
    }

    /** The heads of the lists of threads: those with stacks that glibc allocated, and those with other stacks. */
    private static long[] heads(int pid, MappedFile threads, Mappings mappings, Libraries libraries)
            throws IOException {
        ElfFile file = threads.library().file();
        // A name that the library doesn't have is looked for in all its symbols, which takes longest.
        if (file.symbol(DESCRIPTORS + "rtld_global__dl_stack_used").isEmpty()) {
            // Before glibc 2.34: variables of libpthread.
            OptionalLong used = file.symbol("stack_used");
            OptionalLong user = file.symbol("__stack_user");
            return used.isPresent() && user.isPresent()
                    ? new long[] {threads.address(used.getAsLong()), threads.address(user.getAsLong())}
                    : new long[0];
        }
        for (Mapping mapping : mappings.all()) {
            if (mapping.name().startsWith("ld-")) {
                MappedFile linker = MappedFile.of(pid, mapping, libraries);
                OptionalLong global = linker.library() == null
                        ? OptionalLong.empty()
                        : linker.library().file().symbol("_rtld_global");
                if (global.isPresent()) {
                    long at = linker.address(global.getAsLong());
                    return new long[] {
                        at + offset(file, "rtld_global__dl_stack_used"), at + offset(file, "rtld_global__dl_stack_user")
                    };
                }
            }
        }
        return new long[0];
    }

    /**
     * Where the address of a thread's start routine is, in bytes from the tls that clone(2) was given. The new thread's
     * creator has written it before the clone.
     */
    public long startRoutineOffset() {
        // On aarch64, struct pthread lies below the thread pointer (glibc sysdeps/aarch64/nptl/tls.h, TLS_DTV_AT_TP).
        return tlsIsPthread ? startRoutine : startRoutine - pthreadSize;
    }

    /** The first address of libjvm.so's code; 0 if the process has no libjvm.so. */
    public long hotSpotStart() {
        return hotSpotStart;
    }

    /**
     * Finds the start routines of live threads in glibc's lists, which change meanwhile: a thread that is missing may
     * live.
     *
     * @param tids the threads wanted
     * @return the addresses of their start routines, by tid; 0 for the process's first thread
     */
    public Map<Integer, Long> startRoutines(Set<Integer> tids) {
        Map<Integer, Long> found = new HashMap<>();
        Set<Integer> seen = new HashSet<>();
        Part part = new Part(startRoutine, startRoutine + Long.BYTES);
        try (ProcessMemory memory = new ProcessMemory(pid)) {
            for (long head : heads) {
                walk(head, tids, tids.size(), memory, part, seen, (id, at, words) -> found.put(id, words.getLong(0)));
            }
        } catch (IOException unreadable) {
            // What was found until then is right.
        }
        return found;
    }

    /**
     * The stack that glibc allocated for a thread, as glibc itself keeps it for pthread_getattr_np(3).
     *
     * @param low lowest address, of glibc's guard if there is one
     * @param base highest address, exclusive
     * @param guard bytes of glibc's guard at the low end
     */
    public record StackBlock(long low, long base, long guard) {}

    /**
     * Finds the stacks that glibc allocated, in the same list. Where they are in struct pthread is described nowhere:
     * it is the one place that makes sense for every thread found.
     *
     * @param tids the threads wanted
     * @param tasks about how many tasks the process has
     * @return by tid; a thread that is missing may live
     */
    public Map<Integer, StackBlock> stacks(Set<Integer> tids, int tasks) {
        Map<Integer, Long> pthreads = new HashMap<>();
        Map<Integer, ByteBuffer> structs = new HashMap<>();
        Set<Integer> seen = new HashSet<>();
        try (ProcessMemory memory = new ProcessMemory(pid)) {
            if (heads.length == 2) {
                // The first thread, and stacks that the program allocated.
                walk(heads[1], tids, tasks, memory, new Part(0, 0), seen, (id, pthread, none) -> {});
                walk(heads[0], tids, tasks, memory, new Part(0, (int) pthreadSize), seen, (id, pthread, words) -> {
                    pthreads.put(id, pthread);
                    structs.put(id, words);
                });
            }
        } catch (IOException unreadable) {
            // What was found until then is right.
        }
        Map<Integer, StackBlock> found = null;
        for (int at = (startRoutine + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
                at + BLOCK <= pthreadSize;
                at += Long.BYTES) {
            Map<Integer, StackBlock> candidate = new HashMap<>();
            for (Map.Entry<Integer, ByteBuffer> struct : structs.entrySet()) {
                StackBlock block = block(struct.getValue(), at, pthreads.get(struct.getKey()));
                if (block == null) {
                    break;
                }
                candidate.put(struct.getKey(), block);
            }
            if (candidate.size() == structs.size()) {
                if (found != null) {
                    return Map.of();
                }
                found = candidate;
            }
        }
        return found == null ? Map.of() : found;
    }

    /** The stack block at that offset, which holds the structure itself above its guard; else null. */
    private static StackBlock block(ByteBuffer struct, int at, long pthread) {
        long low = struct.getLong(at);
        long size = struct.getLong(at + Long.BYTES);
        long guard = struct.getLong(at + 2 * Long.BYTES);
        long requested = struct.getLong(at + 3 * Long.BYTES);
        boolean pages = low % PAGE == 0 && size % PAGE == 0 && guard % PAGE == 0 && requested % PAGE == 0;
        boolean inside = low > 0 && guard >= 0 && guard < size && low + guard <= pthread && pthread - low < size;
        return pages && inside && requested >= 0 && requested <= guard ? new StackBlock(low, low + size, guard) : null;
    }

    /** What is done with each thread found. */
    private interface Visitor {
        void thread(int tid, long pthread, ByteBuffer words);
    }

    /** The bytes of a struct pthread that a visitor gets. */
    private record Part(int begin, int end) {}

    /**
     * Visits the threads with those tids that are in that list, and are not in {@code found}, to which it adds them.
     */
    private void walk(
            long head,
            Set<Integer> tids,
            int tasks,
            ProcessMemory memory,
            Part part,
            Set<Integer> found,
            Visitor visitor)
            throws IOException {
        long next = memory.word(head);
        long previous = memory.word(head + Long.BYTES);
        // From both ends: the newest threads are at one, the VM's at the other. A list that changes can lead in a
        // circle: there are never more threads than tasks.
        for (int left = Math.min(MOST_THREADS, tasks) + SLACK;
                left > 0 && next != head && previous != head && found.size() < tids.size();
                left--) {
            long newer = visit(next, 0, tids, memory, part, found, visitor);
            if (newer == previous || next == previous) {
                if (next != previous) {
                    visit(previous, Long.BYTES, tids, memory, part, found, visitor);
                }
                break;
            }
            previous = visit(previous, Long.BYTES, tids, memory, part, found, visitor);
            next = newer;
        }
    }

    /**
     * Returns the link at that offset of the node. Of a thread that is not wanted no more is read: there may be many.
     */
    private long visit(
            long node,
            int link,
            Set<Integer> tids,
            ProcessMemory memory,
            Part part,
            Set<Integer> found,
            Visitor visitor)
            throws IOException {
        int begin = Math.min(tid, list);
        long pthread = node - list;
        ByteBuffer links = memory.read(pthread + begin, Math.max(tid + Integer.BYTES, list + LINKS) - begin);
        int id = links.getInt(tid - begin);
        if (tids.contains(id) && found.add(id)) {
            visitor.thread(id, pthread, memory.read(pthread + part.begin(), part.end() - part.begin()));
        }
        return links.getLong(list - begin + link);
    }

    /**
     * Names a function of the process.
     *
     * @return {@code library!function+offset}, as {@link io.clonetrace.clone.NativeFrame#text}; empty if no file is
     *     mapped there, or the process is gone
     */
    public Optional<String> describe(long address) {
        try (Libraries libraries = new Libraries()) {
            Mapping mapping = Mappings.of(pid).at(address);
            return mapping == null || mapping.path().isEmpty()
                    ? Optional.empty()
                    : Optional.of(MappedFile.of(pid, mapping, libraries)
                            .frame(address, address)
                            .text());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** The address behind libjvm.so's code; 0 if the process has no libjvm.so. */
    public long hotSpotEnd() {
        return hotSpotEnd;
    }
}
