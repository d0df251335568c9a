import java.util.concurrent.CountDownLatch;

/** Four threads start 13 threads each at the same moment, so that strace sees one clone begin within another; then two processes. */
public class FourCreators {
    public static void main(String[] args) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Thread[] creators = new Thread[4];
        for (int i = 0; i < creators.length; i++) {
            creators[i] = new Thread(() -> create(go), "creator > " + i);
            creators[i].start();
        }
        go.countDown();
        for (Thread creator : creators) {
            creator.join();
        }
        for (int i = 0; i < 2; i++) {
            new ProcessBuilder("true").start().waitFor();
        }
    }

    private static void create(CountDownLatch go) {
        try {
            go.await();
            Thread[] threads = new Thread[13];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = new Thread(null, () -> {}, "<i> \u00e9 \"" + i, 256 * 1024);
                threads[i].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
