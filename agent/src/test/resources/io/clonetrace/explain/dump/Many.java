import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Threads of each kind: a pool's, some of one name, one whose name looks like a dump's line, virtual ones. */
public class Many {
    public static void main(String[] args) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(7);
        for (int i = 0; i < 7; i++) {
            pool.submit(() -> park());
        }
        for (int i = 0; i < 5; i++) {
            Thread thread = new Thread(null, Many::park, "http-nio-8080-exec-" + i, 2 << 20);
            thread.setDaemon(true);
            thread.start();
        }
        new Thread(Many::park, "it's \"quoted\" #9 prio=5").start();
        if (Runtime.version().feature() >= 21) {
            var start = Thread.class.getMethod("startVirtualThread", Runnable.class);
            for (int i = 0; i < 13; i++) {
                start.invoke(null, (Runnable) Many::park);
            }
            start.invoke(null, (Runnable) Many::spin);
        }
        System.out.println("ready");
        System.in.read();
        System.exit(0);
    }

    private static void park() {
        try {
            Thread.sleep(1_000_000_000L);
        } catch (InterruptedException ended) {
        }
    }

    /** It stays mounted on its carrier. */
    private static void spin() {
        while (true) {
            Thread.onSpinWait();
        }
    }
}
