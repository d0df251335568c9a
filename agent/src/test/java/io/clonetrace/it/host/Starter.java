package io.clonetrace.it.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** An application that starts as many threads as each line of its standard input says, when the test says so. */
public final class Starter {
    /** Its exit status: a JVM that fails by itself has another. */
    public static final int STATUS = 7;

    private Starter() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.err.println("the application's own line on stderr");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        int started = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            int end = started + Integer.parseInt(line);
            while (started < end) {
                Thread thread = new Thread(() -> {}, "started-" + ++started);
                thread.start();
                thread.join();
            }
            System.out.println("started " + started);
        }
        System.exit(STATUS);
    }
}
