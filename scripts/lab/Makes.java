import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Makes THREADS threads and PROCESSES processes whenever a line comes in, and ends at the end of the input. Prints the tid that the
 * kernel gave each: what a recording is compared with. With the argument "now" it makes them once, and ends. Names are those of the round.
 */
public final class Makes {
    public static void main(String[] words) throws Exception {
        int threads = Integer.parseInt(words[0]);
        int processes = Integer.parseInt(words[1]);
        if (words.length > 2 && words[2].equals("now")) {
            round(1, threads, processes);
            return;
        }
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (int round = 1; in.readLine() != null; round++) {
            round(round, threads, processes);
        }
    }

    private static void round(int round, int threads, int processes) throws Exception {
        CountDownLatch alive = new CountDownLatch(threads);
        List<Thread> made = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> live(alive), "made-" + round + "-" + i);
            try {
                thread.start();
                made.add(thread);
            } catch (OutOfMemoryError e) {
                System.out.println("refused " + thread.getName());
                alive.countDown();
            }
        }
        for (Thread thread : made) {
            thread.join();
        }
        for (int i = 0; i < processes; i++) {
            Process process = new ProcessBuilder("true").start();
            System.out.println("process " + process.pid());
            process.waitFor();
        }
        System.out.println("done " + round);
    }

    private static void live(CountDownLatch alive) {
        try {
            String tid = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString();
            System.out.println("made " + Thread.currentThread().getName() + " " + tid);
            alive.countDown();
            alive.await();
        } catch (IOException | InterruptedException e) {
            System.out.println("failed " + e);
        }
    }
}
