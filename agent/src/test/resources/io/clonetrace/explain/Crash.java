import java.lang.reflect.Field;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutorService;
import sun.misc.Unsafe;

/** Starts N workers and crashes the JVM: Crash N. */
class Crash {
    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[0]);
        ExecutorService pool = Executors.newFixedThreadPool(count);
        for (int i = 0; i < count; i++) {
            pool.submit(() -> {
                Thread.sleep(1 << 30);
                return null;
            });
        }
        Field field = Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        ((Unsafe) field.get(null)).putAddress(0, 0);
    }
}
