package io.clonetrace.it.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The output of {@code clonetrace doctor}, by the packaged jar, row by row. */
public record DoctorRun(Run run) {
    private static final int WIDTH = 80;

    /** @param before the beginning of the command line: another user, a namespace, a filter */
    public static DoctorRun of(Path folder, Jdk jdk, List<String> before, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(before);
        command.addAll(command(jdk, arguments));
        DoctorRun doctor = new DoctorRun(Run.toEnd(folder, "doctor", command));
        assertTrue(doctor.lines().stream().allMatch(line -> line.length() <= WIDTH), doctor.run.stdout());
        return doctor;
    }

    static List<String> command(Jdk jdk, String... arguments) {
        // Without perf data: in a pid namespace other JVMs have the same pid, and so the same file.
        List<String> command = new ArrayList<>(List.of(jdk.tool("java"), "-XX:-UsePerfData", "-XX:+UseSerialGC"));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-jar", Artifacts.JAR.toString(), "doctor"));
        command.addAll(List.of(arguments));
        return command;
    }

    private List<String> lines() throws IOException {
        return run.stdout().lines().toList();
    }

    /** The last row of that name, answer and text in one line. */
    String row(String name) throws IOException {
        String row = null;
        boolean within = false;
        for (String line : lines()) {
            if (line.matches(" {2}\\S.*")) {
                within = line.startsWith("  " + name + " ");
                row = within ? line.substring(name.length() + 2).strip() : row;
            } else if (within && line.startsWith("   ")) {
                row += " " + line.strip();
            } else {
                within = false;
            }
        }
        assertTrue(row != null, () -> "no row " + name + " in " + run.out());
        return row.replaceAll(" +", " ");
    }

    /** The text below the table, in one line. */
    String end() throws IOException {
        List<String> lines = lines();
        return String.join(" ", lines.subList(lines.lastIndexOf("") + 1, lines.size()))
                .replaceAll(" +", " ");
    }

    public DoctorRun says(String name, String... parts) throws IOException {
        String row = row(name);
        for (String part : parts) {
            assertTrue(row.contains(part), () -> name + ": \"" + part + "\" is not in: " + row);
        }
        return this;
    }

    public DoctorRun yes(String name, String... parts) throws IOException {
        assertTrue(row(name).startsWith("yes "), row(name));
        return says(name, parts);
    }

    public DoctorRun no(String name, String... parts) throws IOException {
        assertTrue(row(name).startsWith("no "), row(name));
        return says(name, parts);
    }

    public DoctorRun exits(int status) throws IOException, InterruptedException {
        assertEquals(status, run.exitStatus(), () -> run.out() + " " + run.err());
        return this;
    }

    public DoctorRun ends(String... parts) throws IOException {
        String end = end();
        for (String part : parts) {
            assertTrue(end.contains(part), () -> "\"" + part + "\" is not in: " + end);
        }
        return this;
    }
}
