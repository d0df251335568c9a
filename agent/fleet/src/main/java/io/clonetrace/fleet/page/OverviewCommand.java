package io.clonetrace.fleet.page;

import io.clonetrace.fleet.sql.Answer;
import io.clonetrace.fleet.sql.FleetDatabase;
import io.clonetrace.fleet.sql.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code java -jar clonetrace-fleet.jar overview DIR}. */
@Command(
        name = "overview",
        description = "Writes the answers to all questions as one HTML page, linked to the reports of single JVMs.",
        mixinStandardHelpOptions = true)
public final class OverviewCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "a folder that clonetrace export has written")
    private Path folder;

    @Option(names = "--html", paramLabel = "OUT", description = "the page; default: DIR/_fleet.html")
    private Path html;

    @Option(
            names = "--reports",
            paramLabel = "N",
            description =
                    "write the reports of so many JVMs into a folder beside the page, those with the worst findings first;"
                            + " default: ${DEFAULT-VALUE}")
    private int reports = 20;

    @Override
    public Integer call() throws IOException {
        Path page = html == null ? folder.resolve("_fleet.html") : html;
        List<Question> questions = Question.all();
        try (FleetDatabase database = FleetDatabase.open(folder)) {
            String name = page.getFileName().toString().replaceFirst("\\.html?$", "") + "-reports";
            Map<String, Path> files =
                    JvmReports.write(database, worstFirst(database, questions), reports, page.resolveSibling(name));
            Map<String, String> links = new LinkedHashMap<>();
            files.forEach((jvm, file) -> links.put(jvm, name + "/" + file.getFileName()));
            Path temporary = page.resolveSibling("." + page.getFileName() + ".tmp");
            Files.writeString(temporary, FleetPage.of(database, questions, links));
            Files.move(temporary, page, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            spec.commandLine()
                    .getErr()
                    .println("clonetrace: " + page
                            + (files.isEmpty() ? "" : ", with " + files.size() + " reports of JVMs"));
        }
        return 0;
    }

    /** The order of the question about JVMs. */
    private static List<String> worstFirst(FleetDatabase database, List<Question> questions) throws IOException {
        Question jvms = questions.get(0);
        Answer answer = database.ask(jvms.sql());
        int id = answer.columns().indexOf("jvm_id");
        return answer.rows().stream().map(row -> String.valueOf(row.get(id))).toList();
    }
}
