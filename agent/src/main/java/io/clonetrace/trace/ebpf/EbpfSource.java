package io.clonetrace.trace.ebpf;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.NativeFailure;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.bpf.BpfArray;
import io.clonetrace.linux.bpf.BpfProgram;
import io.clonetrace.linux.bpf.BpfRing;
import io.clonetrace.linux.bpf.Btf;
import io.clonetrace.linux.bpf.LockedMemoryLimit;
import io.clonetrace.linux.bpf.TaskRegisters;
import io.clonetrace.linux.proc.Lockdown;
import io.clonetrace.linux.proc.Rights;
import io.clonetrace.linux.process.Clocks;
import io.clonetrace.linux.process.Epoll;
import io.clonetrace.linux.process.ProcessId;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.PidNamespace;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.ebpf.LayoutTable.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A BPF program in the kernel that sees each task made by a process. It stops no task, and slows only the system calls
 * that make tasks. It sees the calls that fail in the C library's clone and clone3 ({@link RefusalProbe}), but not the
 * ends of tasks. The kernel frees all of it when this process ends, however it ends.
 *
 * <p>One kind of loss is known only as a {@link #doubt}: a preemptible kernel runs no tracepoint's program on a
 * processor where a task was preempted within bpf(2) while it wrote to a map (kernel/bpf/syscall.c,
 * bpf_disable_instrumentation). Since Linux 6.7 the kernel counts how often that happens, but not whose clones were
 * missed.
 */
public final class EbpfSource implements CloneSource {
    private static final int RING_BYTES = 4 << 20; // 40,000 clones between two polls

    /** 503 stacks: what a program that does nothing but make native threads makes in some 10 ms. */
    private static final int STACK_RING_BYTES = 8 << 20;

    private static final int LOSSES = CloneProgram.WAKE_LEVEL + 1;
    private static final int LOST_STACKS = 1; // index of their count; that of the clones is 0
    private static final long NEVER = -1; // unsigned: more than a ring holds
    private static final int PID_MAX_LIMIT = 4 << 20; // linux/threads.h: no pid is as large

    private final int pid;
    private final boolean followForks;
    private final int ringBytes;
    private final StackCapture capture;
    private final int stackRingBytes;
    private final IntFunction<Optional<Layout>> layouts;
    private TaskRegisters registers;
    private NewTaskFormat format;
    private TaskPids pids;
    private Clocks clocks;
    private BpfRing ring;
    private BpfArray losses;
    private Epoll alarm;
    private boolean noAlarm;
    private BpfArray processes;
    private BpfProgram program;
    private RefusalProbe refusals;
    private String unseenRefusals;
    private CapturedStacks stacks;
    private String captureRefusal;
    private long lostStacks;
    private long lostInRing;
    private long unreadable;
    private long missed;
    private boolean quiet;

    /**
     * @param pid the process to watch
     * @param followForks whether to watch the process's descendants too
     */
    public EbpfSource(int pid, boolean followForks) {
        this(pid, followForks, StackCapture.OFF);
    }

    /**
     * @param pid the process to watch
     * @param followForks whether to watch the process's descendants too
     * @param capture for which tasks to capture the creator's native stack; if the kernel refuses the program that does
     *     so, the source observes without stacks and says why ({@link #captureRefusal})
     */
    public EbpfSource(int pid, boolean followForks, StackCapture capture) {
        this(pid, followForks, capture, RING_BYTES, STACK_RING_BYTES, Layout::of);
    }

    EbpfSource(
            int pid,
            boolean followForks,
            StackCapture capture,
            int ringBytes,
            int stackRingBytes,
            IntFunction<Optional<Layout>> layouts) {
        this.pid = pid;
        this.followForks = followForks;
        this.capture = capture;
        this.ringBytes = ringBytes;
        this.stackRingBytes = stackRingBytes;
        this.layouts = layouts;
    }

    @Override
    public SourceKind kind() {
        return SourceKind.EBPF;
    }

    @Override
    public synchronized void start() throws SourceRefusedException {
        PidNamespace own = PidNamespace.ofThisProcess();
        Rights rights = Rights.own();
        EbpfRefusal.check(rights);
        Processor processor =
                Processor.current().orElseThrow(() -> new SourceRefusedException(Processor.unsupported()));
        registers = TaskRegisters.of(processor);
        try {
            EbpfRefusal.checkHelpers();
            if (EbpfRefusal.countsLockedMemory()) {
                beginWithRaisedLimit(processor, own);
            } else {
                begin(processor, own);
            }
        } catch (LinuxException failed) {
            stop();
            throw EbpfRefusal.of(failed, rights);
        } catch (IOException unknown) {
            stop();
            throw EbpfRefusal.ofTracefs(unknown);
        } catch (LinkageError broken) {
            throw new SourceRefusedException(NativeFailure.sentence(broken), broken);
        }
    }

    private void beginWithRaisedLimit(Processor processor, PidNamespace own)
            throws LinuxException, IOException, SourceRefusedException {
        try (LockedMemoryLimit limit = LockedMemoryLimit.raise()) {
            try {
                begin(processor, own);
            } catch (LinuxException failed) {
                if (failed.errno() == Errno.EPERM.value() && limit.bytes().isPresent()) {
                    stop();
                    throw EbpfRefusal.ofLockedMemory(failed, limit.bytes().getAsLong());
                }
                throw failed;
            }
        }
    }

    private void begin(Processor processor, PidNamespace own)
            throws LinuxException, IOException, SourceRefusedException {
        findFormat(own);
        clocks = new Clocks();
        ring = BpfRing.ofBytes(ringBytes);
        losses = BpfArray.ofWords(LOSSES);
        losses.set(CloneProgram.WAKE_LEVEL, NEVER);
        if (followForks) {
            processes = BpfArray.ofWords(PID_MAX_LIMIT / Long.SIZE);
            processes.setBit(pid);
        }
        if (capture.mode() != StackCapture.Mode.OFF) {
            loadCapturing();
        }
        if (program == null) {
            program = load(Optional.empty());
        }
        format.attach(program);
        if (stacks != null && !followForks) {
            // Only now: clones are seen from here on, and this takes some milliseconds.
            stacks.learn(pid);
        }
        observeRefusals(processor);
    }

    /**
     * The machine's pids are enough for a process in the machine's namespace. Other pids are found only by the kernel's
     * types, which take a tenth of a second to read, and by reading its memory.
     */
    private void findFormat(PidNamespace own) throws LinuxException, IOException, SourceRefusedException {
        boolean others = !own.isInitial() || !own.equals(targets(own));
        if ((others || followForks) && !EbpfRefusal.hidesPids(Lockdown.here(), others)) {
            try {
                Btf kernel = Btf.ofKernel();
                format = NewTaskFormat.read(kernel);
                pids = TaskPids.of(kernel, own);
                return;
            } catch (IOException noTypes) {
                if (others) {
                    throw EbpfRefusal.ofPids(noTypes, own);
                }
            }
        }
        format = NewTaskFormat.ofKernel();
        pids = TaskPids.MACHINES;
    }

    private PidNamespace targets(PidNamespace own) {
        try {
            return PidNamespace.of(Path.of("/proc/" + pid));
        } catch (IOException ended) {
            return own;
        }
    }

    /** What can't be had of the stacks is no reason to miss the clones. */
    private void loadCapturing() {
        try {
            stacks = new CapturedStacks(capture, registers, layouts, stackRingBytes);
            if (pid != ProcessId.own()) {
                stacks.watchExecs(format, pids);
            }
            program = load(Optional.of(stacks.program(losses, LOST_STACKS)));
        } catch (LinuxException refused) {
            captureRefusal = refused.getMessage();
            close(program);
            close(stacks);
            program = null;
            stacks = null;
        }
    }

    /** A part that can't be had here is no reason to miss the clones that succeed. */
    private void observeRefusals(Processor processor) {
        RefusalProgram code = new RefusalProgram(
                RefusalProgram.Registers.of(processor),
                pids,
                ring.fd(),
                losses.fd(),
                Optional.ofNullable(stacks).map(capturing -> capturing.program(losses, LOST_STACKS)));
        try {
            refusals = RefusalProbe.attach(
                    pid,
                    followForks,
                    processor,
                    path -> followForks ? code.watching(path, processes.fd()) : code.watchingOnly(path, pid));
            unseenRefusals = null;
        } catch (RefusalProbe.UnseenException unseen) {
            unseenRefusals = "refused clones are not observed: " + unseen.getMessage();
        }
    }

    private BpfProgram load(Optional<CaptureProgram> capturing) throws LinuxException {
        CloneProgram code = new CloneProgram(format, pids, registers, ring.fd(), losses.fd(), capturing);
        return format.load(followForks ? code.watching(processes.fd()) : code.watchingOnly(pid));
    }

    @Override
    public synchronized boolean poll(CloneSink sink) {
        if (program == null) {
            return false;
        }
        long realtime = clocks.realtime() - clocks.monotonic();
        CapturedStacks.Sink clones = (record, origin) -> {
            Optional<CloneCall> call = record.call(registers.calls(), realtime, origin);
            if (call.isPresent()) {
                sink.cloned(call.get());
            } else if (!record.madeByKernel()) {
                unreadable++;
            }
        };
        int records = stacks == null
                ? ring.drain((bytes, at) -> clones.cloned(CloneRecord.at(bytes, at), null))
                : stacks.poll(ring, clones);
        quiet = records == 0;
        // New records wait for the next poll: reading a ring as fast as it fills would keep a processor busy.
        return alarm != null && setAlarm();
    }

    /** @return whether a record arrived before it was set, which does not wake the reader */
    private boolean setAlarm() {
        alarm.clear();
        losses.set(CloneProgram.WAKE_LEVEL, quiet ? 0 : ring.bytes() / 4);
        return quiet && !ring.isEmpty();
    }

    @Override
    public synchronized boolean rings() {
        if (alarm == null && !noAlarm && program != null) {
            openAlarm();
        }
        return alarm != null;
    }

    @Override
    public synchronized int alarm() {
        return rings() ? alarm.fd() : -1;
    }

    /**
     * Only for a reader that waits. Not without stacks: then only a thread that is alive can tell whose it is, and the
     * next poll must not come a tenth of a second later.
     */
    private void openAlarm() {
        noAlarm = stacks == null;
        if (noAlarm) {
            return;
        }
        try {
            alarm = Epoll.open();
            alarm.addEdge(ring.fd());
            // Not set before the next poll, which may be a second later.
            losses.set(CloneProgram.WAKE_LEVEL, 0);
        } catch (LinuxException refused) {
            noAlarm = true;
            close(alarm);
            alarm = null;
        }
    }

    @Override
    public synchronized boolean isQuiet() {
        return quiet;
    }

    @Override
    public synchronized int descriptor() {
        return stacks == null ? -1 : stacks.descriptor();
    }

    @Override
    public synchronized long lostRecords() {
        if (losses != null) {
            lostInRing = losses.get(0);
        }
        return lostInRing + unreadable;
    }

    @Override
    public synchronized long lostStacks() {
        if (losses != null && stacks != null) {
            lostStacks = losses.get(LOST_STACKS) + stacks.vanished();
        }
        return lostStacks;
    }

    @Override
    public synchronized String captureRefusal() {
        return captureRefusal;
    }

    @Override
    public synchronized String doubt() {
        if (program != null) {
            try {
                missed = program.missed();
            } catch (LinuxException untold) {
                // The previous count stays valid.
            }
        }
        return missed == 0
                ? null
                : "the program was not run for " + missed
                        + " tasks that were made on the machine, because bpf(2) was at"
                        + " work on their processor; some may have been this process's";
    }

    @Override
    public synchronized String unseenRefusals() {
        return unseenRefusals;
    }

    @Override
    public String lossReason() {
        return null;
    }

    /** Waits until the kernel has removed the program from the tracepoint. */
    @Override
    public synchronized void stop() {
        lostRecords();
        lostStacks();
        doubt();
        close(refusals);
        close(program);
        if (stacks != null) {
            unreadable += stacks.waiting();
        }
        close(stacks);
        close(alarm);
        close(processes);
        close(losses);
        close(ring);
        if (clocks != null) {
            clocks.close();
        }
        refusals = null;
        program = null;
        stacks = null;
        alarm = null;
        processes = null;
        losses = null;
        ring = null;
        clocks = null;
    }

    /** Leaves the buffers, of which this process's end takes no time, to it. */
    @Override
    public synchronized void stopAtProcessEnd() {
        if (program == null) {
            stop();
            return;
        }
        List<BpfProgram> attached = new ArrayList<>(List.of(program));
        if (refusals != null) {
            attached.addAll(refusals.programs());
        }
        BpfProgram.detachSoon(attached);
        refusals = null;
        program = null;
    }

    private static void close(AutoCloseable resource) {
        try {
            if (resource != null) {
                resource.close();
            }
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
