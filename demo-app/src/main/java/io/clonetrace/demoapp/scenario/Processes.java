package io.clonetrace.demoapp.scenario;

import java.lang.ProcessBuilder.Redirect;

/** ProcessBuilder: each process is one clone of the JVM, and the JDK's reaper thread waits for it. */
public final class Processes implements Scenario {

    @Override
    public String name() {
        return "process";
    }

    @Override
    public String description() {
        return "ProcessBuilder starts the program true, --processes times";
    }

    @Override
    public void run(Tally tally, Settings settings) throws Exception {
        // The threads are "process reaper", in newer JDKs with a pid after it; a prefix holds no space.
        tally.jdkThreads("process");
        for (int i = 0; i < settings.processes(); i++) {
            Process process = new ProcessBuilder("true")
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            tally.processStarted();
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException("true ended with status " + status);
            }
        }
    }
}
