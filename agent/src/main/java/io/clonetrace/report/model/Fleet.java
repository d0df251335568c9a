package io.clonetrace.report.model;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a report is about: the JVMs of all recordings that were given.
 *
 * @param jvms in the order in which they were met
 * @param files how many recordings were read, if only in part
 * @param problems what could not be read
 * @param programs the clone calls of other programs, shown beside the JVMs'
 */
public record Fleet(List<Jvm> jvms, int files, List<ReadProblem> problems, CloneTable programs) {
    /** Of other programs only. */
    public static Fleet withoutJvms() {
        return new Fleet(List.of(), 0, List.of(), new CloneTable());
    }

    /** The same with further files of which not everything could be read. */
    public Fleet with(List<ReadProblem> more) {
        return new Fleet(
                jvms, files, Stream.concat(problems.stream(), more.stream()).toList(), programs);
    }

    /** The clone calls of all JVMs, and those of the other programs behind them. */
    public CloneTable clones() {
        return CloneTable.of(() -> Stream.concat(jvms.stream().map(Jvm::clones), Stream.of(programs))
                .iterator());
    }

    /**
     * A file of which not everything could be read.
     *
     * @param problem what is missing, and why, for people: a sentence, or one whose subject is the file
     */
    public record ReadProblem(String file, String problem) {
        private static final Pattern OF_THE_FILE = Pattern.compile("(?:can't|does|ends|has|says|shows) .*");

        /** {@code a.jfr can't be read ...}, {@code a.jfr: chunk 1 of 2 ...} */
        public String sentence() {
            return file + (OF_THE_FILE.matcher(problem).matches() ? " " : ": ") + problem;
        }
    }
}
