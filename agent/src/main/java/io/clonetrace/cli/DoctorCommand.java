package io.clonetrace.cli;

import io.clonetrace.cli.doctor.Ability;
import io.clonetrace.cli.doctor.Diagnosis;
import io.clonetrace.cli.doctor.Diagnosis.Section;
import io.clonetrace.cli.doctor.Doctor;
import io.clonetrace.cli.target.JvmName;
import io.clonetrace.report.json.Json;
import io.clonetrace.report.text.PlainText;
import io.clonetrace.report.text.TerminalText;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clonetrace doctor [PID]}. */
@Command(
        name = "doctor",
        description = {
            "Shows what this machine, this user and, with PID, that process allow clonetrace to do, what is missing, and"
                    + " what to do about it. Each source is tried on a child process made for that; PID is not"
                    + " stopped.",
            "Exit status: 0 if clone flags can be observed, 1 if not (the last line says what to do) or if there is no"
                    + " process PID, 2 for wrong usage."
        },
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private static final int NAME_WIDTH = 18;
    private static final int LABEL_WIDTH = 25;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "PID",
            arity = "0..1",
            description =
                    "a running process: its pid, or the name of a JVM's jar or main class (default: what a process of this"
                            + " user could do)")
    private String target;

    @Option(names = "--json", description = "one object: observable, verdict, advice, and an array of abilities")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        OptionalInt pid = target == null ? OptionalInt.empty() : OptionalInt.of(JvmName.pid(target));
        if (pid.isPresent() && pid.getAsInt() <= 0) {
            throw new ParameterException(spec.commandLine(), target + " is not a pid");
        }
        Diagnosis diagnosis = Doctor.examine(pid);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.write(json(diagnosis), out);
            out.flush();
        } else {
            print(diagnosis, new TerminalText(out));
        }
        return diagnosis.observable() ? 0 : 1;
    }

    private static void print(Diagnosis diagnosis, TerminalText out) {
        for (Section section : diagnosis.sections()) {
            out.line(PlainText.clean(section.title()));
            for (Ability ability : section.abilities()) {
                String where = ability.where().isEmpty() ? "" : " (" + ability.where() + ")";
                out.item(
                        String.format(
                                "  %-" + NAME_WIDTH + "s %s",
                                ability.name(),
                                ability.answer().label()),
                        LABEL_WIDTH,
                        PlainText.clean(ability.found() + where));
                if (!ability.remedy().isEmpty()) {
                    out.item("", LABEL_WIDTH, "-> " + ability.remedy());
                }
            }
            out.line("");
        }
        out.item("", 0, PlainText.clean(diagnosis.verdict()));
        if (!diagnosis.advice().isEmpty()) {
            out.item("->", 3, PlainText.clean(diagnosis.advice()));
        }
        out.flush();
    }

    private static Map<String, Object> json(Diagnosis diagnosis) {
        List<Object> abilities = new ArrayList<>();
        for (Section section : diagnosis.sections()) {
            for (Ability ability : section.abilities()) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("of", section.title());
                row.put("name", ability.name());
                row.put("answer", ability.answer().label());
                row.put("found", ability.found());
                row.put("where", ability.where());
                row.put("remedy", ability.remedy());
                abilities.add(row);
            }
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("observable", diagnosis.observable());
        all.put("verdict", diagnosis.verdict());
        all.put("advice", diagnosis.advice());
        all.put("abilities", abilities);
        return all;
    }
}
