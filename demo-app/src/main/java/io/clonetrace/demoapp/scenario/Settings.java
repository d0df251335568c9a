package io.clonetrace.demoapp.scenario;

/**
 * How much each scenario does.
 *
 * @param threads how many threads a scenario starts where the application, not the JDK, decides it
 * @param creators how many threads start them between them, in the scenario {@code plain}
 * @param processes how many processes the scenario {@code process} starts
 */
public record Settings(int threads, int creators, int processes) {

    /** How long a scenario waits for its own threads before it fails. */
    static final long DEADLINE_SECONDS = 60;

    /** Throws IllegalArgumentException, with a sentence for a person, for numbers that cannot be done exactly. */
    public Settings {
        positive("--threads", threads);
        positive("--creators", creators);
        positive("--processes", processes);
        // Every creator but the calling thread is itself one of the threads, and starts at least one more.
        long least = 2L * (creators - 1);
        if (threads < least) {
            throw new IllegalArgumentException(
                    "--creators " + creators + " needs --threads " + least + " or more, not " + threads);
        }
    }

    private static void positive(String option, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + " must be positive, not " + value);
        }
    }
}
