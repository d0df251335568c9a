package io.clonetrace.demoapp;

import io.clonetrace.demoapp.scenario.Availability;
import io.clonetrace.demoapp.scenario.Scenario;
import io.clonetrace.demoapp.scenario.Settings;
import io.clonetrace.demoapp.scenario.Tally;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ExitCode;

/**
 * Runs scenarios one after the other, in the calling thread. Progress goes to stderr, the tallies to stdout when all
 * are done; a run that failed has no tallies.
 *
 * @param byName true when a scenario that this Java lacks is an error, false when it is skipped
 */
public record Run(PrintWriter out, PrintWriter err, boolean byName) {

    int all(List<Scenario> scenarios, Settings settings) {
        List<Tally> tallies = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            Availability available = scenario.available();
            if (available.here()) {
                err.println(scenario.name() + ": " + scenario.description());
                Tally tally = new Tally(scenario.name());
                if (!succeeds(scenario, tally, settings)) {
                    return ExitCode.SOFTWARE;
                }
                tallies.add(tally);
            } else if (byName) {
                err.println("demo-app: " + scenario.name() + " needs " + available.needs());
                return ExitCode.SOFTWARE;
            } else {
                err.println(scenario.name() + ": skipped, needs " + available.needs());
            }
        }
        tallies.forEach(tally -> out.println(tally.line()));
        out.println("total threads=%d processes=%d virtual=%d"
                .formatted(
                        tallies.stream().mapToLong(Tally::threads).sum(),
                        tallies.stream().mapToLong(Tally::processes).sum(),
                        tallies.stream().mapToLong(Tally::virtualThreads).sum()));
        return ExitCode.OK;
    }

    /** Errors too: Thread.start throws an OutOfMemoryError when the kernel refuses a thread. */
    private boolean succeeds(Scenario scenario, Tally tally, Settings settings) {
        try {
            scenario.run(tally, settings);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("demo-app: " + scenario.name() + " was interrupted");
        } catch (Throwable e) {
            err.println("demo-app: " + scenario.name() + " failed: " + e);
        }
        return false;
    }
}
