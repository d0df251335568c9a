package io.clonetrace.trace.ebpf;

import io.clonetrace.linux.Digits;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.bpf.Bpf;
import io.clonetrace.linux.bpf.BpfProgram;
import io.clonetrace.linux.bpf.Btf;
import io.clonetrace.linux.proc.PseudoFile;
import io.clonetrace.linux.tracefs.Tracefs;
import io.clonetrace.trace.ebpf.Assembler.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a program at the kernel's tracepoint task:task_newtask finds the new task and the clone flags: in the record
 * that tracefs describes, or in what the kernel passes to the tracepoint, as its type information (BTF) describes that.
 *
 * @param id the tracepoint's number, or its type's
 * @param child offset in bytes of the new task's tid, which has four bytes: in the record, or in struct task_struct
 * @param flags offset in bytes of the clone flags, which have eight bytes
 * @param execId the number or type of the tracepoint sched:sched_process_exec, at which a task executes another program
 * @param byType whether these are by BTF
 */
record NewTaskFormat(int id, int child, int flags, int execId, boolean byType) {
    private static final int PASSED_TASK = 0; // offsets in the program's context
    private static final int PASSED_FLAGS = 8;

    private static final String ID = "ID: ";
    private static final String FIELD = "field:";
    private static final String OFFSET = "offset:";
    private static final String SIZE = "size:";
    private static final int MOST_DIGITS = 9;

    /** In characters; the kernel's text has some 500. */
    private static final int LONGEST = 8192;

    /** Reads it from tracefs or, where that can't be read, from the kernel's type information. */
    static NewTaskFormat ofKernel() throws IOException, LinuxException {
        try (Tracefs tracefs = Tracefs.open()) {
            return read(tracefs.root());
        } catch (IOException | LinuxException noTracefs) {
            try {
                return read(Btf.ofKernel());
            } catch (IOException noTypes) {
                noTracefs.addSuppressed(noTypes);
            }
            throw noTracefs;
        }
    }

    /** @param tracefs the root folder of tracefs */
    static NewTaskFormat read(Path tracefs) throws IOException {
        return parse(
                Files.readString(tracefs.resolve("events/task/task_newtask/format")),
                Files.readString(tracefs.resolve("events/sched/sched_process_exec/format")));
    }

    /** @throws IOException if the kernel's types lack an expected one */
    static NewTaskFormat read(Btf kernel) throws IOException {
        return new NewTaskFormat(
                kernel.tracepoint("task_newtask"),
                kernel.offset("task_struct", "pid"),
                PASSED_FLAGS,
                kernel.tracepoint("sched_process_exec"),
                true);
    }

    /** @throws IOException if one lacks an expected field */
    public static NewTaskFormat parse(String format, String execFormat) throws IOException {
        return new NewTaskFormat(
                id("task_newtask", format),
                offset(format, "pid", Integer.BYTES),
                offset(format, "clone_flags", Long.BYTES),
                id("sched_process_exec", execFormat),
                false);
    }

    /** Appends instructions that load the new task's tid. @param context register with the program's context */
    void loadChild(Assembler code, int register, int context) {
        if (byType) {
            loadTask(code, register, context);
            code.load(Size.WORD, register, register, child);
        } else {
            code.load(Size.WORD, register, context, child);
        }
    }

    /** Appends instructions that load the address of the new task's struct task_struct; only by BTF. */
    void loadTask(Assembler code, int register, int context) {
        code.load(Size.DOUBLE, register, context, PASSED_TASK);
    }

    BpfProgram load(List<Instruction> code) throws LinuxException {
        return load(id, code);
    }

    void attach(BpfProgram program) throws LinuxException {
        attach(id, program);
    }

    /** Loads a program for the tracepoint sched_process_exec, and attaches it. */
    BpfProgram atExec(List<Instruction> code) throws LinuxException {
        BpfProgram program = load(execId, code);
        try {
            attach(execId, program);
            return program;
        } catch (LinuxException refused) {
            program.close();
            throw refused;
        }
    }

    private BpfProgram load(int tracepoint, List<Instruction> code) throws LinuxException {
        long[] instructions = Instruction.encoded(code);
        return byType ? Bpf.loadByType(tracepoint, instructions) : Bpf.load(instructions);
    }

    private void attach(int tracepoint, BpfProgram program) throws LinuxException {
        if (byType) {
            program.attachByType();
        } else {
            program.attach(tracepoint);
        }
    }

    private static int id(String tracepoint, String format) throws IOException {
        if (format.length() > LONGEST) {
            throw new IOException(tracepoint + " has a format of " + format.length() + " characters");
        }
        for (String line : PseudoFile.lines(format)) {
            if (line.startsWith(ID)) {
                return number(line.substring(ID.length()));
            }
        }
        throw new IOException(tracepoint + " has no ID");
    }

    private static int offset(String format, String name, int size) throws IOException {
        for (String line : PseudoFile.lines(format)) {
            // field:pid_t pid; offset:8; size:4; signed:1; separated by tabs
            String[] parts = line.strip().split(";");
            if (parts.length > 2
                    && parts[0].startsWith(FIELD)
                    && parts[0].endsWith(" " + name)
                    && number(parts[2], SIZE) == size) {
                return number(parts[1], OFFSET);
            }
        }
        throw new IOException("task_newtask has no " + name + " of " + size + " bytes");
    }

    private static int number(String part, String key) throws IOException {
        String stripped = part.strip();
        if (!stripped.startsWith(key)) {
            throw new IOException("\"" + stripped + "\" is no " + key + "NUMBER");
        }
        return number(stripped.substring(key.length()));
    }

    private static int number(String digits) throws IOException {
        if (!Digits.are(digits, MOST_DIGITS)) {
            throw new IOException("\"" + digits + "\" is no number");
        }
        return Integer.parseInt(digits);
    }
}
