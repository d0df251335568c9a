package io.clonetrace.report.model;

import java.util.ArrayList;
import java.util.List;

/** Finds out which recordings are of one JVM, and gives each event to the builder of its JVM. */
public final class FleetBuilder {
    private final List<JvmBuilder> jvms = new ArrayList<>();
    private final List<ReadProblem> problems = new ArrayList<>();
    private final boolean withThreads;
    private int files;

    public FleetBuilder() {
        this(true);
    }

    private FleetBuilder(boolean withThreads) {
        this.withThreads = withThreads;
    }

    /** For who has little memory, and no use for a row a thread. */
    public static FleetBuilder withoutThreads() {
        return new FleetBuilder(false);
    }

    /** A further recording; its parts follow. */
    public FileEvents file() {
        files++;
        return new FileEvents(this);
    }

    /** Notes what could not be read. */
    public void problem(String file, String problem) {
        problems.add(new ReadProblem(file, problem));
    }

    JvmBuilder jvm(JvmName name) {
        return jvms.stream().filter(jvm -> jvm.name().isSame(name)).findFirst().orElseGet(this::unnamed);
    }

    JvmBuilder unnamed() {
        JvmBuilder jvm = new JvmBuilder(withThreads);
        jvms.add(jvm);
        return jvm;
    }

    /** What has come in; afterwards nothing more may be added. */
    public Fleet build() {
        List<Jvm> built = new ArrayList<>();
        // One after the other is let go, since each may be large.
        while (!jvms.isEmpty()) {
            built.add(jvms.remove(0).build());
        }
        return new Fleet(List.copyOf(built), files, List.copyOf(problems), new CloneTable());
    }
}
