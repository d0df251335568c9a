package io.clonetrace.cli.attach;

import io.clonetrace.agent.attach.AttachOptions;
import io.clonetrace.cli.target.SeenFolder;
import io.clonetrace.cli.target.TargetJvm;
import io.clonetrace.cli.target.TemporaryRecording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What a JVM records for a command: the file that it writes when the recording ends, and the chunks that JFR keeps
 * until then, which a killed JVM leaves. They stay readable when the JVM and its container have ended.
 */
public final class RecordedFiles implements AutoCloseable {
    private static final String SUFFIX = ".jfr";
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final TargetJvm jvm;
    private final AttachOptions options;
    private final Optional<TemporaryRecording> temporary;
    private Optional<SeenFolder> folder = Optional.empty();
    private Optional<SeenFolder> repository = Optional.empty();
    private String name = "";

    private RecordedFiles(TargetJvm jvm, AttachOptions options, Optional<TemporaryRecording> temporary) {
        this.jvm = jvm;
        this.options = options;
        this.temporary = temporary;
    }

    static RecordedFiles of(TargetJvm jvm, AttachOptions options) throws IOException {
        if (options.parsed().record().isPresent()) {
            return new RecordedFiles(jvm, options, Optional.empty());
        }
        TemporaryRecording temporary = TemporaryRecording.make(jvm);
        return new RecordedFiles(jvm, options.recordingInto(temporary.inJvm()), Optional.of(temporary));
    }

    /** The agent's options, with a recording. */
    AttachOptions options() {
        return options;
    }

    /** Whether the recording is removed at the end. */
    boolean isTemporary() {
        return temporary.isPresent();
    }

    /** The temporary recording's path in the JVM. */
    Path named() {
        return temporary.orElseThrow().inJvm();
    }

    /** Opens the folders while the JVM still runs. */
    void open(AttachedAgent agent) throws IOException {
        if (agent.repository().isPresent()) {
            repository = Optional.of(SeenFolder.of(jvm, agent.repository().get()));
        }
        if (temporary.isEmpty() && agent.recording().isPresent()) {
            Path file = agent.recording().get();
            folder = Optional.of(SeenFolder.of(jvm, file.getParent()));
            name = file.getFileName().toString();
        }
    }

    /**
     * Waits for the end of a JVM whose agent has ended, but not for long: it may have been detached.
     *
     * @return whether the JVM has ended
     */
    boolean awaitEnd() {
        long deadline = System.nanoTime() + END_NANOS;
        while (jvm.isStillThere() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(CHECK_NANOS);
        }
        return !jvm.isStillThere();
    }

    /** The complete recording; empty if the JVM has not written it. */
    public Optional<Path> complete() throws IOException {
        Path file = temporary.isPresent()
                ? temporary.get().path()
                : folder.orElseThrow().file(name);
        return Files.size(file) > 0 ? Optional.of(file) : Optional.empty();
    }

    /** The chunks that a killed JVM has left; none if it left none, or the folder is not known. */
    public List<Path> chunks() throws IOException {
        List<Path> chunks = new ArrayList<>();
        if (repository.isPresent()) {
            for (Path chunk : repository.get().files(SUFFIX)) {
                if (Files.size(chunk) > 0) {
                    chunks.add(chunk);
                }
            }
        }
        return chunks;
    }

    /** The folder of these chunks, by its path in the JVM. */
    public Path repository() {
        return repository.orElseThrow().path();
    }

    @Override
    public void close() {
        folder.ifPresent(SeenFolder::close);
        repository.ifPresent(SeenFolder::close);
        temporary.ifPresent(TemporaryRecording::close);
    }
}
