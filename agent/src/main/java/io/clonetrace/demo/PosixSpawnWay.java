package io.clonetrace.demo;

import io.clonetrace.stack.StackMeasure;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.Optional;

/** A process that Java starts: ProcessBuilder, which on Linux goes through libc's posix_spawn(3). */
record PosixSpawnWay() implements CloneWay {
    private static final String COMMAND = "true";
    private static final String MECHANISM = "jdk.lang.Process.launchMechanism";

    @Override
    public String how() {
        return "posix_spawn";
    }

    @Override
    public boolean isBare() {
        return false;
    }

    @Override
    public Outcome run(NativeCode code) throws RefusedException, InterruptedException {
        try {
            Process process = new ProcessBuilder(COMMAND)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            process.waitFor();
            String mechanism = System.getProperty(MECHANISM);
            return new Outcome.Made(
                    ThreadSelf.tid(),
                    (int) process.pid(),
                    StackMeasure.UNKNOWN,
                    StackMeasure.UNKNOWN,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    mechanism == null ? "" : "by " + mechanism + ", as " + MECHANISM + " asks for");
        } catch (IOException noProgram) {
            throw new RefusedException(noProgram.getMessage(), noProgram);
        }
    }
}
