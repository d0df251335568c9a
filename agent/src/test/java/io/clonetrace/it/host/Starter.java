package io.clonetrace.it.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** An application that starts as many threads as each line of its standard input says: the test decides when. */
public final class Starter {
    /** How it ends, to be told from every way in which a JVM ends by itself. */
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
