package io.clonetrace.fleet.sql;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code java -jar clonetrace-fleet.jar overview DIR}. */
@Command(name = "overview", description = "Writes the answers as one HTML page.", mixinStandardHelpOptions = true)
public final class OverviewCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
        return 0;
    }
}
