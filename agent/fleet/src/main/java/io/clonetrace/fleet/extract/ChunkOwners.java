package io.clonetrace.fleet.extract;

import io.clonetrace.report.model.ChunkKey;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.FleetBuilder;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.JvmName;
import io.clonetrace.report.model.NativeChain;
import io.clonetrace.report.model.RecordingSink;
import io.clonetrace.report.model.StackTrace.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives the events of a part both to the report's model and to {@link EventRows}, and notes which JVM each chunk is of.
 */
final class ChunkOwners implements RecordingSink {
    private static final int MOST_MODULES = 10_000;

    private final Set<ChunkKey> wanted;
    private final FleetBuilder model = new FleetBuilder();
    private final EventRows rows;
    private final Set<String> problems = new LinkedHashSet<>();
    private final List<Owner> owners = new ArrayList<>();
    private final Map<String, Module> modules = new HashMap<>();

    ChunkOwners(Set<ChunkKey> wanted, EventRows rows) {
        this.wanted = wanted;
        this.rows = rows;
    }

    /** What a chunk says of its JVM. */
    private static final class Owner {
        private String host;
        private JvmName name = JvmName.UNKNOWN;

        JvmName name() {
            return new JvmName(Optional.ofNullable(host), name.pid(), name.started(), name.mainClass());
        }
    }

    /** A native library's file. */
    record Module(String path, String buildId) {}

    /** The model of all events. */
    FleetBuilder model() {
        return model;
    }

    /** What could not be read, each once. */
    Set<String> problems() {
        return problems;
    }

    /** The files of native libraries, by the name that call sites have. */
    Map<String, Module> modules() {
        return modules;
    }

    /** Which of these JVMs a chunk is of; the nearest by its start, as the model decides; empty if there is none. */
    Optional<Jvm> owner(int chunk, List<Jvm> jvms) {
        JvmName name = owners.get(chunk).name();
        if (jvms.size() == 1) {
            return Optional.of(jvms.get(0));
        }
        return jvms.stream()
                .filter(jvm -> jvm.name().isSame(name) || jvm.name().equals(name))
                .min(Comparator.comparingLong(jvm -> Math.abs(jvm.name().started() - name.started())));
    }

    @Override
    public boolean wants(ChunkKey chunk) {
        return wanted.contains(chunk);
    }

    @Override
    public void problem(String file, String problem) {
        problems.add(problem);
    }

    @Override
    public EventSink file() {
        FleetBuilder.FileEvents events = model.file();
        return new EventSink() {
            @Override
            public void beginChunk(ChunkKey chunk) {
                owners.add(new Owner());
                events.beginChunk(chunk);
            }

            @Override
            public long endChunk() {
                return events.endChunk();
            }

            @Override
            public void add(Event event) {
                note(event);
                events.add(event);
            }

            @Override
            public void at(long time) {
                events.at(time);
            }

            @Override
            public void enabled(String type) {
                events.enabled(type);
            }
        };
    }

    private void note(Event event) {
        Owner owner = owners.get(owners.size() - 1);
        switch (event.type()) {
            case "jdk.JVMInformation" ->
                owner.name = new JvmName(
                        Optional.empty(),
                        event.number("pid"),
                        event.time("jvmStartTime"),
                        JvmName.mainClass(event.text("javaArguments")));
            case "jdk.InitialEnvironmentVariable" -> {
                if ("HOSTNAME".equals(event.text("key"))) {
                    owner.host = event.text("value");
                }
            }
            case "clonetrace.NativeStack" -> modules(event);
            default -> {
                try {
                    rows.add(owners.size() - 1, event);
                } catch (IOException full) {
                    throw new UncheckedIOException(full);
                }
            }
        }
    }

    /** A line a file: path and build-id, or {@code -}. */
    private void modules(Event event) {
        String text = event.text("modules");
        if (text == null) {
            return;
        }
        text.lines().forEach(line -> {
            int blank = line.lastIndexOf(' ');
            if (blank > 0 && modules.size() < MOST_MODULES) {
                String path = line.substring(0, blank);
                String id = line.substring(blank + 1);
                String file = path.substring(path.lastIndexOf('/') + 1);
                String name = NativeChain.callSite(new Frame(file, "", -1, Frame.Code.NATIVE))
                        .type();
                modules.putIfAbsent(name, new Module(path, id.equals("-") ? null : id));
            }
        });
    }
}
