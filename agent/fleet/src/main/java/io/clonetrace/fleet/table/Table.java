package io.clonetrace.fleet.table;

import java.util.List;

/**
 * The tables. Each row is of one part of a recording ({@code part_id}); a part is exported once, whatever files hold
 * it. What was not observed is NULL, never 0 or -1. Beside these columns each table has its partition's, {@code day}
 * and {@code host}: see {@link Partition}.
 */
public enum Table {
    RECORDING("a part of a recording, and what it says of one JVM: what has been exported", """
            part_id           | TEXT      |       | -    | primary              | the part: a hash of the chunks of it
            jvm_id            | TEXT      |       | -    | primary, jvm         | whose
            file              | TEXT      |       | -    |                      | where it was, as it was given
            part              | BIGINT    |       | -    |                      | its number in the file, from 1: a file of more than 64 MiB has several
            parts             | BIGINT    |       | -    |                      | how many the file has
            chunks            | BIGINT    |       | -    |                      | chunks in the part
            bytes             | BIGINT    | bytes | -    |                      | size of these chunks
            events            | BIGINT    |       | -    |                      | events of whatever type that were read
            started           | TIMESTAMP |       | NULL |                      | the first event
            ended             | TIMESTAMP |       | NULL |                      | the last event
            duration          | BIGINT    | ns    | NULL |                      | from the first event to the last
            has_agent         | BOOLEAN   |       | -    |                      | whether clonetrace recorded it; if not, it is JFR's alone
            starts_recorded   | BOOLEAN   |       | -    |                      | whether the starts of Java threads are in it
            ends_recorded     | BOOLEAN   |       | -    |                      | whether their ends are
            clones_recorded   | BOOLEAN   |       | -    |                      | whether a source saw the clones
            lost_bytes        | BIGINT    | bytes | -    |                      | events that JFR itself dropped (jdk.DataLoss)
            java_threads      | BIGINT    |       | NULL |                      | live Java threads at the end (jdk.JavaThreadStatistics)
            java_threads_peak | BIGINT    |       | NULL |                      | the most of them since the JVM's start (same event)
            virtual_threads   | BIGINT    |       | NULL |                      | virtual threads started
            pinned            | BIGINT    |       | NULL |                      | how often one held its carrier (jdk.VirtualThreadPinned)
            rss               | BIGINT    | bytes | NULL |                      | resident size of the process at the end (jdk.ResidentSetSize)
            """),
    JVM("a JVM; every part that knows it has the row, with the same key", """
            part_id      | TEXT      |       | -    | primary, recording   | the part that says so
            jvm_id       | TEXT      |       | -    | primary              | the JVM: a hash of host name, pid, start and main class
            host_name    | TEXT      |       | NULL |                      | HOSTNAME of its environment, as containers have it; else the label host
            pid          | BIGINT    |       | NULL |                      | as the JVM itself knows it; in a container often 1
            started      | TIMESTAMP |       | NULL |                      | when it started
            main_class   | TEXT      |       | NULL |                      | main class or jar, without a folder
            service      | TEXT      |       | NULL |                      | the label service; without one the main class
            version      | TEXT      |       | NULL |                      | the JVM's name and version
            kernel       | TEXT      |       | NULL |                      | name, version and machine
            libc         | TEXT      |       | NULL |                      | C library and version
            distribution | TEXT      |       | NULL |                      | of the system or container image (os-release)
            processors   | BIGINT    |       | NULL |                      | processors that the JVM has
            """),
    LABEL("a label of a JVM: --label KEY=VALUE, or a folder KEY=VALUE in the recording's path", """
            part_id | TEXT      |       | -    | primary, recording   | the part that it was given with
            jvm_id  | TEXT      |       | -    | primary, jvm         | whose
            name    | TEXT      |       | -    | primary              | its name
            value   | TEXT      |       | -    |                      | its value
            """),
    THREAD("a thread or process that a JVM had, as one part shows it", """
            part_id         | TEXT      |       | -    | primary, recording   | the part
            thread_id       | TEXT      |       | -    | primary              | the thread; the same in each part that shows the same Java thread
            jvm_id          | TEXT      |       | -    | jvm                  | whose
            java_id         | BIGINT    |       | NULL |                      | what Thread.threadId answers; NULL if it is no Java thread
            tid             | BIGINT    |       | NULL |                      | the kernel's id, which may be another thread's later
            kind            | TEXT      |       | NULL |                      | java, vm, native, agent, process or demo; agent is there because of clonetrace
            name            | TEXT      |       | NULL |                      | its name, shortened to 256 characters
            name_pattern    | TEXT      |       | NULL |                      | its name with * for numbers
            thread_class    | TEXT      |       | NULL |                      | the class of its Thread object
            created         | BOOLEAN   |       | -    |                      | whether it was made while recorded
            already_running | BOOLEAN   |       | -    |                      | whether it lived before this part began
            started         | TIMESTAMP |       | NULL |                      | when it was started, if recorded
            ended           | TIMESTAMP |       | NULL |                      | when it ended, if recorded
            lifetime        | BIGINT    | ns    | NULL |                      | from start to end, if both are recorded
            alive_at_end    | BOOLEAN   |       | NULL |                      | whether it lived when the part ended
            site_id         | TEXT      |       | NULL | site                 | the code that made it
            creator_java_id | BIGINT    |       | NULL |                      | the Java id of the thread that started it
            creator         | TEXT      |       | NULL |                      | that thread's name
            carrier         | BOOLEAN   |       | -    |                      | whether it carries virtual threads
            context_loader  | TEXT      |       | NULL |                      | its context class loader
            start_routine   | TEXT      |       | NULL |                      | the native function that it runs
            requested_stack | BIGINT    | bytes | NULL |                      | stack size given to its constructor; 0 for the JVM's default
            stack_reserved  | BIGINT    | bytes | NULL |                      | address space of its stack, guard zone included
            stack_guard     | BIGINT    | bytes | NULL |                      | of it, what may not be touched
            stack_touched   | BIGINT    | bytes | NULL |                      | memory that it held when last measured
            stack_peak      | BIGINT    | bytes | NULL |                      | the most that it was seen to hold
            stack_depth     | BIGINT    | bytes | NULL |                      | the deepest that it was seen to reach
            stack_huge      | BIGINT    | bytes | NULL |                      | memory in transparent huge pages when last measured
            syscall         | TEXT      |       | NULL |                      | the call that made it
            flags           | BIGINT    |       | NULL |                      | its clone flags, without the exit signal
            """),
    SITE("code that made threads: a call site, or a chain of native frames", """
            part_id   | TEXT      |       | -    | primary, recording   | the part
            site_id   | TEXT      |       | -    | primary              | the code: a hash of what follows; the same in each part
            kind      | TEXT      |       | -    |                      | java or native
            call_site | TEXT      |       | -    |                      | the innermost frame of the application; of native code the library's function
            library   | TEXT      |       | NULL |                      | the first frame outside the JDK, if that is another; of native code the library's file
            caller    | TEXT      |       | NULL |                      | the frame of the application that called it
            inherited | BOOLEAN   |       | -    |                      | whether threads that it made made these, such as a pool's workers
            path      | TEXT      |       | NULL |                      | the native library's path
            build_id  | TEXT      |       | NULL |                      | its GNU build-id
            stack     | TEXT      |       | NULL |                      | all frames, the innermost first, a line each
            """),
    CLONE("a call of clone, clone3, fork or vfork, and the task that it made; or calls that the kernel refused", """
            part_id      | TEXT      |       | -    | primary, recording   | the part
            clone_number | BIGINT    |       | -    | primary              | its number in the part, from 1
            jvm_id       | TEXT      |       | -    | jvm                  | whose
            thread_id    | TEXT      |       | NULL | thread               | the thread that it made; NULL if refused
            observed_at  | TIMESTAMP |       | NULL |                      | when the source saw it
            kernel_time  | BIGINT    | ns    | NULL |                      | the same by CLOCK_MONOTONIC
            kind         | TEXT      |       | NULL |                      | whose task: java, vm, native, agent, process or demo
            child_tid    | BIGINT    |       | NULL |                      | the kernel's id of the task
            parent_tid   | BIGINT    |       | NULL |                      | that of the thread that called
            parent_name  | TEXT      |       | NULL |                      | its name
            syscall      | TEXT      |       | NULL |                      | the kernel's name of the call
            flags        | BIGINT    |       | NULL |                      | the clone flags, without the exit signal
            flag_names   | TEXT      |       | NULL |                      | the same by the names of the kernel's sched.h
            stack_size   | BIGINT    | bytes | NULL |                      | the stack that was passed
            exit_signal  | BIGINT    |       | NULL |                      | the signal to the parent when the task ends
            source       | TEXT      |       | NULL |                      | what saw it: ebpf, tracefs, ptrace, strace
            error        | TEXT      |       | NULL |                      | the errno's name, if the kernel refused
            attempts     | BIGINT    |       | -    |                      | how many calls the row stands for: 1, or refused ones that were repeated
            limit_name   | TEXT      |       | NULL |                      | the limit that was hit, if refused
            """),
    STACK_SAMPLE("a measurement of a thread's stack", """
            part_id       | TEXT      |       | -    | primary, recording   | the part
            sample_number | BIGINT    |       | -    | primary              | its number in the part, from 1
            jvm_id        | TEXT      |       | -    | jvm                  | whose
            thread_id     | TEXT      |       | NULL | thread               | the thread; NULL if which one is not known
            sampled_at    | TIMESTAMP |       | -    |                      | when
            moment        | TEXT      |       | NULL |                      | periodic, or end: by the thread itself as it ended
            snapshot      | TIMESTAMP |       | NULL |                      | when the snapshot of all stacks began that it is part of
            reserved      | BIGINT    | bytes | NULL |                      | address space, guard zone included
            guard         | BIGINT    | bytes | NULL |                      | of it, what may not be touched
            touched       | BIGINT    | bytes | NULL |                      | memory that it held
            depth         | BIGINT    | bytes | NULL |                      | from its top down to the lowest touched page
            huge          | BIGINT    | bytes | NULL |                      | memory in transparent huge pages
            """),
    LIMIT_SAMPLE("a limit on threads as it was read at one time", """
            part_id       | TEXT      |       | -    | primary, recording   | the part
            sample_number | BIGINT    |       | -    | primary              | its number in the part, from 1
            jvm_id        | TEXT      |       | -    | jvm                  | whose
            sampled_at    | TIMESTAMP |       | -    |                      | when
            elapsed       | BIGINT    | ns    | -    |                      | from the first event of the part to the sample
            limit_name    | TEXT      |       | NULL |                      | the kernel's name of it
            location      | TEXT      |       | NULL |                      | where it was read
            used          | BIGINT    |       | NULL |                      | how much was in use: tasks, mappings or, of memory, bytes
            max           | BIGINT    |       | NULL |                      | the limit; NULL if there is none
            """),
    FAILED_START("a call of Thread.start that threw", """
            part_id      | TEXT      |       | -    | primary, recording   | the part
            start_number | BIGINT    |       | -    | primary              | its number in the part, from 1
            jvm_id       | TEXT      |       | -    | jvm                  | whose
            failed_at    | TIMESTAMP |       | -    |                      | when
            child_name   | TEXT      |       | NULL |                      | the name of the thread
            error        | TEXT      |       | NULL |                      | what was thrown
            limit_name   | TEXT      |       | NULL |                      | the limit that was hit
            location     | TEXT      |       | NULL |                      | where it was read
            used         | BIGINT    |       | NULL |                      | how much of it was in use: tasks, mappings or bytes
            max          | BIGINT    |       | NULL |                      | the limit
            call_site    | TEXT      |       | NULL |                      | the application's frame that called
            stack        | TEXT      |       | NULL |                      | all frames, the innermost first, a line each
            """),
    SOURCE("the last status of a source of clones, of the hook (hook) and of the stack measurement (stacks)", """
            part_id     | TEXT      |       | -    | primary, recording   | the part
            jvm_id      | TEXT      |       | -    | primary, jvm         | whose
            source      | TEXT      |       | -    | primary              | its name
            state       | TEXT      |       | -    |                      | active, refused, lost or stopped
            reported_at | TIMESTAMP |       | -    |                      | when
            reason      | TEXT      |       | NULL |                      | why
            seen        | BIGINT    |       | NULL |                      | clone calls, thread starts or measurements that it saw
            lost        | BIGINT    |       | NULL |                      | how many are known to be missing
            """),
    FINDING("what a rule found in one part", """
            part_id        | TEXT      |       | -    | primary, recording   | the part
            finding_number | BIGINT    |       | -    | primary              | its number in the part, from 1, the worst first
            jvm_id         | TEXT      |       | -    | jvm                  | whose
            rule           | TEXT      |       | -    |                      | the rule's name: docs/findings.md
            severity       | TEXT      |       | -    |                      | problem, warning or note
            summary        | TEXT      |       | -    |                      | what is wrong
            evidence       | TEXT      |       | -    |                      | the numbers that show it
            advice         | TEXT      |       | -    |                      | what to do
            call_site      | TEXT      |       | NULL |                      | the code that it is about
            threads        | BIGINT    |       | -    |                      | how many threads it is about
            """),
    PROBLEM("what of a file could not be read", """
            file           | TEXT      |       | -    | primary              | the file, as it was given
            problem_number | BIGINT    |       | -    | primary              | its number for the file, from 1
            problem        | TEXT      |       | -    |                      | what is wrong with it
            """);

    /** Is raised when a table or column is renamed or changes its meaning, not when one is added. */
    public static final int VERSION = 1;

    private final String meaning;
    private final List<Column> columns;

    Table(String meaning, String columns) {
        this.meaning = meaning;
        this.columns = columns.lines().map(Column::parse).toList();
    }

    /** Its name in SQL and in paths. */
    public String sqlName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** What a row of it is. */
    public String meaning() {
        return meaning;
    }

    /** In the order of a row's values. */
    public List<Column> columns() {
        return columns;
    }

    /**
     * Checks a row.
     *
     * @return the row
     * @throws IllegalArgumentException if a value is missing or of another type
     */
    public Object[] checked(Object... row) {
        if (row.length != columns.size()) {
            throw new IllegalArgumentException(
                    "table " + sqlName() + " has " + columns.size() + " columns, and no " + row.length);
        }
        for (int index = 0; index < row.length; index++) {
            columns.get(index).check(row[index]);
        }
        return row;
    }
}
