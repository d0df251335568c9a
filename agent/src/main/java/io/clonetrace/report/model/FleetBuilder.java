package io.clonetrace.report.model;

import io.clonetrace.report.model.Fleet.ReadProblem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds out which recordings are of one JVM, and gives each event to the builder of its JVM. */
public final class FleetBuilder implements RecordingSink {
    private final List<JvmBuilder> jvms = new ArrayList<>();
    private final List<ReadProblem> problems = new ArrayList<>();
    private final boolean withThreads;
    private final Application.Overrides overrides;
    private int files;

    public FleetBuilder() {
        this(Application.Overrides.NONE);
    }

    /** @param overrides what the user knows better about what is application and what is library */
    public FleetBuilder(Application.Overrides overrides) {
        this(true, overrides);
    }

    private FleetBuilder(boolean withThreads, Application.Overrides overrides) {
        this.withThreads = withThreads;
        this.overrides = overrides;
    }

    /** For a caller with little memory that needs no row for each thread. */
    public static FleetBuilder withoutThreads() {
        return new FleetBuilder(false, Application.Overrides.NONE);
    }

    @Override
    public FileEvents file() {
        files++;
        return new FileEvents(this);
    }

    @Override
    public void problem(String file, String problem) {
        problems.add(new ReadProblem(file, problem));
    }

    /** The JVM that is the same; of several, the one whose start is the nearest. */
    Optional<JvmBuilder> same(Identity identity) {
        return jvms.stream()
                .filter(jvm -> jvm.identity().isSame(identity))
                .min(Comparator.comparingLong(jvm -> jvm.identity().distance(identity)));
    }

    JvmBuilder unnamed() {
        JvmBuilder jvm = new JvmBuilder(withThreads, overrides);
        jvms.add(jvm);
        return jvm;
    }

    /** Builds the fleet from all events so far; nothing more may be added. */
    public Fleet build() {
        List<Jvm> built = new ArrayList<>();
        // Each builder is released before the next is built, since it may be large.
        while (!jvms.isEmpty()) {
            built.add(jvms.remove(0).build());
        }
        return new Fleet(List.copyOf(built), files, List.copyOf(problems), new CloneTable());
    }

    /**
     * The events of one recording. Which JVM they are of is known only when {@code jdk.JVMInformation} has come, which
     * each chunk has once, near its begin; what comes before waits.
     */
    public static final class FileEvents implements EventSink {
        /** A chunk of JFR's usual size has no more events than this before that one. */
        private static final int MOST_WAITING = 300_000;

        private final FleetBuilder fleet;
        private final List<Event> waiting = new ArrayList<>();
        private final List<String> enabled = new ArrayList<>();
        private Identity identity = new Identity();
        private Event information;
        private JvmBuilder jvm;
        private boolean known;
        private long unreadable;
        private long passed;
        private long firstPassed;
        private long lastPassed;

        FileEvents(FleetBuilder fleet) {
            this.fleet = fleet;
        }

        @Override
        public void beginChunk(ChunkKey chunk) {
            known = false;
            identity = new Identity();
            information = null;
        }

        @Override
        public long endChunk() {
            flush();
            long waited = unreadable;
            unreadable = 0;
            return waited;
        }

        @Override
        public void add(Event event) {
            if (known) {
                jvm.add(event);
                return;
            }
            boolean identified = false;
            if (event.type().equals(JvmBuilder.JVM_INFORMATION)) {
                identity.jvm(event);
                information = event.kept();
                identified = isIdentified();
            } else {
                waiting.add(event.kept());
                if (event.type().equals(JvmBuilder.ENVIRONMENT)) {
                    identity.environment(event);
                    identified = isIdentified();
                }
            }
            if (identified || waiting.size() >= MOST_WAITING) {
                flush();
            }
        }

        /**
         * Containers that were started together have the same pids and main classes, and starts that differ by little
         * more than those of one JVM do. There, the host has to be known, too.
         */
        private boolean isIdentified() {
            if (information == null) {
                return false;
            }
            Optional<JvmBuilder> same = fleet.same(identity);
            return same.isEmpty()
                    || same.get().identity().distance(identity) == 0
                    || same.get().identity().name().host().isEmpty()
                    || identity.name().host().isPresent();
        }

        @Override
        public void at(long time) {
            if (known) {
                jvm.at(time);
                return;
            }
            firstPassed = passed == 0 ? time : Math.min(firstPassed, time);
            lastPassed = passed == 0 ? time : Math.max(lastPassed, time);
            passed++;
        }

        @Override
        public void enabled(String type) {
            if (known) {
                jvm.enabled(type);
            } else if (JvmBuilder.takes(type)) {
                enabled.add(type);
            }
        }

        private void flush() {
            if (waiting.isEmpty() && enabled.isEmpty() && information == null && passed == 0) {
                return;
            }
            if (information != null) {
                jvm = fleet.same(identity).orElseGet(fleet::unnamed);
                // The builder must know its name before the next chunk asks for it.
                jvm.add(information);
                information = null;
            } else if (jvm == null) {
                jvm = fleet.unnamed();
            }
            known = true;
            if (passed > 0) {
                jvm.at(firstPassed, lastPassed, passed);
                passed = 0;
            }
            for (Event event : waiting) {
                try {
                    jvm.add(event);
                } catch (RuntimeException | StackOverflowError damaged) {
                    // Constants are read on demand: one damaged event must not take the others with it.
                    unreadable++;
                }
            }
            enabled.forEach(jvm::enabled);
            waiting.clear();
            enabled.clear();
        }
    }
}
