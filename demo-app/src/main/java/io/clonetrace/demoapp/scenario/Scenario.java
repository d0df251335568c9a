package io.clonetrace.demoapp.scenario;

/**
 * One way in which a Java program makes threads. Every thread that a scenario starts itself has a name that begins with
 * {@link #name()} and a hyphen, and has ended when {@link #run} returns.
 */
public interface Scenario {

    /** The word for the command line: lower case, hyphens, no spaces. */
    String name();

    /** What the scenario does, in one line. */
    String description();

    /** Whether the Java that runs this program has what the scenario needs. */
    default Availability available() {
        return Availability.ALWAYS;
    }

    /**
     * Starts the threads, waits until they have ended, and counts them.
     *
     * @throws Exception when a thread or process could not be started or did not do what it was started for
     */
    void run(Tally tally, Settings settings) throws Exception;
}
