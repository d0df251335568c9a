import java.nio.channels.FileChannel;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;
/** Load threads N: N pooled threads, then waits. Load maps N: maps N pages and starts threads until it fails. Load until: threads until it fails. */
class Load {
    public static void main(String[] a) throws Exception {
        List<Object> keep = new ArrayList<>();
        if (a[0].equals("threads")) {
            ExecutorService pool = Executors.newFixedThreadPool(Integer.parseInt(a[1]));
            for (int i = 0; i < Integer.parseInt(a[1]); i++) pool.submit(() -> { Thread.sleep(1 << 30); return 1; });
            Thread t = new Thread(null, () -> { try { Thread.sleep(1 << 30); } catch (InterruptedException e) { } }, "big stack", 16 << 20);
            t.start();
            System.out.println("ready");
            Thread.sleep(1 << 30);
        }
        if (a[0].equals("maps")) {
            Path file = Files.createTempFile("maps", ".bin");
            Files.write(file, new byte[8192]);
            try (FileChannel c = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                for (int i = 0; i < Integer.parseInt(a[1]); i++)
                    keep.add(c.map(i % 2 == 0 ? FileChannel.MapMode.READ_ONLY : FileChannel.MapMode.READ_WRITE, 0, 4096));
            }
            Files.delete(file);
        }
        for (int i = 0; ; i++) {
            Thread t = new Thread(() -> { try { Thread.sleep(1 << 30); } catch (InterruptedException e) { } }, "worker-" + i);
            t.setDaemon(true);
            t.start();
            keep.add(t);
        }
    }
}
