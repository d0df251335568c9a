package io.clonetrace.cli;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.explain.input.TextInput;
import io.clonetrace.explain.input.UnreadableInputException;
import io.clonetrace.linux.FileFailure;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.CloneTable;
import io.clonetrace.report.model.Fleet.ReadProblem;
import io.clonetrace.trace.log.LogKind;
import io.clonetrace.trace.log.TraceLogCounts;
import io.clonetrace.trace.log.TraceLogReader;
import io.clonetrace.trace.log.TraceLogSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The traces of other programs that {@code report --program} shows beside a JVM's calls, or alone. */
final class ProgramTraces {
    /** So many lines are between two steps of the progress. */
    private static final int STEP = 1 << 14;

    private final CloneTable programs;
    private final Progress progress;
    private final List<ReadProblem> problems = new ArrayList<>();

    /** Receives the progress of reading. */
    interface Progress {
        void at(String file, long bytes, long lines);
    }

    /** @param programs gets the calls */
    ProgramTraces(CloneTable programs, Progress progress) {
        this.programs = programs;
        this.progress = progress;
    }

    /**
     * Reads a program's trace.
     *
     * @throws IOException if it can't be read
     */
    void read(String program, Path file) throws IOException {
        Calls calls = new Calls(program);
        TraceLogReader reader = new TraceLogReader(calls);
        try (TextInput text = new TextInput(file.toString(), Files.newInputStream(file))) {
            for (TextLine line = text.next(); line != null; line = text.next()) {
                reader.read(line.raw());
                if (line.number() % STEP == 0) {
                    progress.at(file.toString(), text.bytesRead(), line.number());
                }
            }
            text.damage().ifPresent(damage -> problem(file, "ends early: " + damage));
            if (text.cutLines() > 0) {
                problem(
                        file,
                        Amounts.count(text.cutLines()) + (text.cutLines() == 1 ? " line is" : " lines are")
                                + " too long to be read whole, the first is line " + text.firstCutLine());
            }
        } catch (UnreadableInputException noText) {
            throw new IOException(file + " can't be read as a trace: it " + noText.getMessage(), noText);
        } catch (IOException unreadable) {
            throw new IOException(file + " can't be read: " + FileFailure.reading(unreadable), unreadable);
        }
        reader.end();
        calls.addTotals(file);
        tellWhatIsMissing(file, reader.counts(), calls);
    }

    /** What could not be read, or is not in the traces. */
    List<ReadProblem> problems() {
        return problems;
    }

    private void tellWhatIsMissing(Path file, TraceLogCounts counts, Calls calls) {
        counts.firstNotRead()
                .ifPresent(first -> problem(
                        file,
                        "has " + calls(counts.notRead(), "line")
                                + " about new tasks that could not be read, the first is" + " line " + first.number()
                                + ": " + first.text().strip()));
        if (counts.calls() == 0 && calls.totals.isEmpty()) {
            problem(file, "shows no call that makes a task, in " + calls(counts.lines(), "line"));
        }
        if (counts.withoutResult() > 0) {
            problem(file, "does not show the results of " + calls(counts.withoutResult(), "call"));
        }
        if (counts.unresumed() > 0) {
            problem(file, "ends before " + calls(counts.unresumed(), "call") + " did, which are missing");
        }
        if (counts.lost() > 0) {
            problem(file, "says that its writer lost " + calls(counts.lost(), "call"));
        }
    }

    private void problem(Path file, String what) {
        problems.add(new ReadProblem(file.toString(), what));
    }

    private static String calls(long number, String noun) {
        return Amounts.count(number) + " " + noun + (number == 1 ? "" : "s");
    }

    /** The calls of one trace. */
    private final class Calls implements TraceLogSink {
        private final String program;
        private final Set<CloneSyscall> seen = EnumSet.noneOf(CloneSyscall.class);
        private final Map<CloneSyscall, Long> totals = new EnumMap<>(CloneSyscall.class);
        private long errors;

        private Calls(String program) {
            this.program = program;
        }

        @Override
        public void call(CloneCall call, LogKind kind, long line) {
            if (call.syscall() != null) {
                seen.add(call.syscall());
            }
            programs.addProgram(program, call);
        }

        @Override
        public void total(CloneSyscall syscall, long made, long failed, long line) {
            totals.merge(syscall, made, Long::sum);
            errors += failed;
        }

        /** strace -C prints both the calls and how many they are. */
        private void addTotals(Path file) {
            totals.keySet().removeAll(seen);
            totals.forEach((syscall, made) -> programs.addProgram(program, syscall, made));
            if (!totals.isEmpty()) {
                problem(
                        file,
                        "only counts calls, as strace -c does: flags, stack sizes and reasons of "
                                + calls(errors, "refusal") + " are not in it");
            }
        }
    }
}
