package io.clonetrace.trace.ebpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the record of the kernel's tracepoint task:task_newtask has its fields, as tracefs describes it.
 *
 * @param id the tracepoint's number
 * @param child offset in bytes of the new task's tid, which has four bytes
 * @param flags offset in bytes of the clone flags, which have eight bytes
 */
record NewTaskFormat(int id, int child, int flags) {
    /** Matches only numbers that fit an int. */
    private static final Pattern ID = Pattern.compile("(?m)^ID: (\\d{1,9})$");

    private static final Pattern FIELD =
            Pattern.compile("\\sfield:([^;]*+);\\s*+offset:(\\d{1,9});\\s*+size:(\\d{1,9});");

    /** In characters; the kernel's text has some 500. */
    private static final int LONGEST = 8192;

    /** @param tracefs the root folder of tracefs */
    static NewTaskFormat read(Path tracefs) throws IOException {
        return parse(Files.readString(tracefs.resolve("events/task/task_newtask/format")));
    }

    /** @throws IOException if it lacks an expected field */
    static NewTaskFormat parse(String format) throws IOException {
        return new NewTaskFormat(
                id("task_newtask", format),
                offset(format, "pid", Integer.BYTES),
                offset(format, "clone_flags", Long.BYTES));
    }

    /** @return the number of the tracepoint sched:sched_process_exec, at which a task executes another program */
    static int readExecId(Path tracefs) throws IOException {
        return id("sched_process_exec", Files.readString(tracefs.resolve("events/sched/sched_process_exec/format")));
    }

    private static int id(String tracepoint, String format) throws IOException {
        if (format.length() > LONGEST) {
            throw new IOException(tracepoint + " has a format of " + format.length() + " characters");
        }
        Matcher id = ID.matcher(format);
        if (!id.find()) {
            throw new IOException(tracepoint + " has no ID");
        }
        return Integer.parseInt(id.group(1));
    }

    private static int offset(String format, String name, int size) throws IOException {
        Matcher field = FIELD.matcher(format);
        while (field.find()) {
            if (field.group(1).endsWith(" " + name) && Integer.parseInt(field.group(3)) == size) {
                return Integer.parseInt(field.group(2));
            }
        }
        throw new IOException("task_newtask has no " + name + " of " + size + " bytes");
    }
}
