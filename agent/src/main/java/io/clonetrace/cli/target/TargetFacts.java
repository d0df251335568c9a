package io.clonetrace.cli.target;

import io.clonetrace.linux.proc.Musl;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.proc.PseudoFile;
import io.clonetrace.run.RunUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What /proc says at one moment of a process that something is to be attached to. Nothing is sent to the process.
 *
 * @param folder its folder in /proc
 * @param hotSpot whether it has loaded a libjvm.so
 * @param openJ9 whether that is OpenJ9's
 * @param musl whether the C library is musl
 * @param narrow whether it is a 32-bit JVM
 * @param options the options that the JVM was started with; none without a libjvm.so
 * @param status its status
 * @param self this process's status
 * @param otherUserNamespace whether it is in a user namespace where this process's user does not exist
 */
public record TargetFacts(
        long pid,
        Path folder,
        boolean hotSpot,
        boolean openJ9,
        boolean musl,
        boolean narrow,
        JvmOptions options,
        ProcessStatus status,
        ProcessStatus self,
        boolean otherUserNamespace) {
    static final String ATTACH_DISABLED = "DisableAttachMechanism";
    static final String AGENTS_ENABLED = "EnableDynamicAgentLoading";

    private static final int DIGITS_OF_32_BITS = 8;

    /** The signal that makes a JVM listen (signal(7)); it kills a process that does not catch it. */
    static final int SIGQUIT = 3;

    /**
     * Reads them.
     *
     * @throws NoSuchFileException if there is no such process
     * @throws IOException if this user may not look at it
     */
    public static TargetFacts of(Path folder, long pid) throws IOException {
        Path self = folder.resolveSibling("self");
        String maps = PseudoFile.bounded(folder.resolve("maps"));
        boolean hotSpot = maps.contains("/libjvm.so");
        return new TargetFacts(
                pid,
                folder,
                hotSpot,
                maps.contains("/libj9vm"),
                Musl.isMapped(maps),
                isNarrow(maps),
                hotSpot ? JvmOptions.of(folder) : new JvmOptions(List.of()),
                status(folder),
                status(self),
                hotSpot && isInOtherUserNamespace(folder, self));
    }

    /**
     * A 64-bit process maps libraries where addresses have more than 32 bits (mmap_base of arch/x86/mm/mmap.c and of
     * mm/util.c); the kernel prints no fewer digits than 8 (show_vma_header_prefix of fs/proc/task_mmu.c).
     */
    static boolean isNarrow(String maps) {
        return maps.lines()
                .filter(line -> line.contains("/libjvm.so"))
                .findFirst()
                .filter(line -> line.indexOf('-') == DIGITS_OF_32_BITS)
                .isPresent();
    }

    private static ProcessStatus status(Path folder) throws IOException {
        return ProcessStatus.of(folder).orElseThrow(() -> new NoSuchFileException(folder.toString()));
    }

    /** Whether there is a JVM in it, of whatever make. */
    public boolean isJvm() {
        return hotSpot || openJ9;
    }

    /** Its user and group: those of the files that it makes. */
    RunUser user() {
        return new RunUser((int) status.user(), (int) status.group());
    }

    /** Why nothing can be attached to it, or not without harm; empty if something can. */
    public Optional<AttachRefusal> refusal() {
        if (openJ9) {
            return Optional.of(AttachRefusal.openJ9(this));
        }
        if (!hotSpot) {
            return Optional.of(
                    NativeImage.isRunBy(folder) ? AttachRefusal.nativeImage(this) : AttachRefusal.notAJvm(this));
        }
        if (options.flag(ATTACH_DISABLED).orElse(false)) {
            return Optional.of(AttachRefusal.attachDisabled(this));
        }
        if (status.isStopped()) {
            return Optional.of(AttachRefusal.stopped(this));
        }
        if (!status.catches(SIGQUIT)) {
            return Optional.of(AttachRefusal.signalNotCaught(this));
        }
        if (self.user() != 0 && (self.user() != status.user() || self.group() != status.group())) {
            return Optional.of(AttachRefusal.otherUser(this));
        }
        return otherUserNamespace ? Optional.of(AttachRefusal.otherUserNamespace(this)) : Optional.empty();
    }

    /**
     * Why no agent can be loaded into it. Its options say whether it refuses agents; only the JVM itself knows for
     * certain, so that a command asks it, and the doctor, which sends nothing, believes the options.
     */
    public Optional<AttachRefusal> agentRefusal() {
        return refusal()
                .or(() -> musl ? Optional.of(AttachRefusal.musl(pid, folder)) : Optional.empty())
                .or(() -> narrow ? Optional.of(AttachRefusal.narrow(pid, folder)) : Optional.empty())
                .or(() -> options.flag(AGENTS_ENABLED).orElse(true)
                        ? Optional.empty()
                        : Optional.of(AttachRefusal.agentsDisabled(pid, folder)));
    }

    /**
     * Whether a process is in a user namespace where this process's user does not exist.
     *
     * @param process its folder in /proc, or a link to it
     * @param self this process's folder in the same /proc
     * @throws IOException if the process has ended
     */
    static boolean isInOtherUserNamespace(Path process, Path self) throws IOException {
        // A kernel without user namespaces has no such file; nor has a process that has ended.
        Path own = self.resolve("ns/user");
        if (!Files.exists(own, LinkOption.NOFOLLOW_LINKS)
                || Files.readSymbolicLink(own).equals(Files.readSymbolicLink(process.resolve("ns/user")))) {
            return false;
        }
        long user = status(self).user();
        List<String> ranges =
                PseudoFile.bounded(process.resolve("uid_map")).lines().toList();
        for (String range : ranges) {
            // Inside, outside, how many.
            String[] numbers = range.strip().split("\\s+");
            long from = Long.parseLong(numbers[1]);
            if (user >= from && user < from + Long.parseLong(numbers[2])) {
                return false;
            }
        }
        return true;
    }
}
