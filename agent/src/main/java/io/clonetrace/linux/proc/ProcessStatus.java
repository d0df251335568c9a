package io.clonetrace.linux.proc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What /proc/PID/status says of a process (proc_pid_status(5)).
 *
 * @param folder the process's folder in /proc
 */
public record ProcessStatus(Path folder, Map<String, String> fields) {
    /** Empty if there is no such process. */
    public static Optional<ProcessStatus> of(Path folder) {
        Map<String, String> fields = new HashMap<>();
        try {
            for (String line : PseudoFile.lines(folder.resolve("status"))) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    fields.putIfAbsent(
                            line.substring(0, colon), line.substring(colon + 1).strip());
                }
            }
        } catch (IOException gone) {
            return Optional.empty();
        }
        return Optional.of(new ProcessStatus(folder, fields));
    }

    /** A field as it stands there; empty if this kernel does not have it. */
    public Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /** Where a field was read, for people. */
    public String where(String field) {
        return folder.resolve("status") + ": " + field;
    }

    /** The effective user's id. */
    public long user() {
        return Long.parseLong(fields.get("Uid").split("\\s+")[1]);
    }

    /** The real user's id, as it stands there. */
    public String realUser() {
        return fields.get("Uid").split("\\s+")[0];
    }

    /** The effective group's id. */
    public long group() {
        return Long.parseLong(fields.get("Gid").split("\\s+")[1]);
    }

    /** Whether it has that capability in its effective set. */
    public boolean has(Capability capability) {
        return (bits("CapEff") & capability.bit()) != 0;
    }

    /** Whether it catches the signal of that number. */
    public boolean catches(int signal) {
        return (bits("SigCgt") & 1L << signal - 1) != 0;
    }

    /** Whether the signal of that number was sent to it, and is not delivered yet. */
    public boolean hasPending(int signal) {
        return fields.containsKey("ShdPnd") && (bits("ShdPnd") & 1L << signal - 1) != 0;
    }

    /** Whether it has ended, and only its parent has not looked at it yet. */
    public boolean ended() {
        String state = fields.getOrDefault("State", "");
        return state.startsWith("Z") || state.startsWith("X");
    }

    /** Whether it is stopped by a signal or a debugger, and can answer nothing. */
    public boolean isStopped() {
        String state = fields.getOrDefault("State", "");
        return state.startsWith("T") || state.startsWith("t");
    }

    /** Its id in its own pid namespace, or here if this kernel does not tell that. */
    public Optional<String> idInside() {
        return field("NSpid").map(ids -> ids.replaceFirst(".*\\s", ""));
    }

    private long bits(String field) {
        return Long.parseUnsignedLong(fields.get(field), 16);
    }
}
