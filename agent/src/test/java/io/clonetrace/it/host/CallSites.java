package io.clonetrace.it.host;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import jdk.jfr.consumer.EventStream;

/**
 * Native code makes threads at two call sites, {@code src/test/c/call_sites.c}: one is called by code that is
 * interpreted, the other by code that is compiled unless the JVM compiles nothing. Each call lasts until a recording
 * has its Java frames. Prints where the calls were made. Arguments: the library, the threads of each, and how many
 * seconds a call lasts at most; or the library alone: then the first call site makes threads, seven a call, until stdin
 * ends.
 */
public final class CallSites {
    /** Calls after which HotSpot has compiled a method. */
    private static final int WARM = 20_000;

    private static final int PORTION = 7;

    private CallSites() {}

    private static native void first(int threads);

    /** With an even number of parameters: on aarch64 the interpreter's stack differs from that for an odd one. */
    private static native void second(int threads, int unused);

    private static native void release(int site);

    private static native long offset(int site, int frame);

    public static void main(String[] arguments) throws Exception {
        System.load(arguments[0]);
        if (arguments.length == 1) {
            System.err.println("the application's own line");
            makeUntilStdinEnds();
            return;
        }
        for (int i = 0; i < WARM; i++) {
            fromCompiledCode(0);
        }
        CountDownLatch[] seen = {new CountDownLatch(1), new CountDownLatch(1)};
        try (EventStream events = EventStream.openRepository()) {
            events.onEvent("clonetrace.NativeStack", event -> {
                String frames = String.valueOf(event.getString("javaFrames"));
                if (frames.contains("CallSites.first(")) {
                    seen[0].countDown();
                }
                if (frames.contains("CallSites.second(")) {
                    seen[1].countDown();
                }
            });
            // What was committed before the stream has begun to read counts too.
            events.setStartTime(Instant.EPOCH);
            events.startAsync();
            int seconds = Integer.parseInt(arguments[3]);
            call(0, Integer.parseInt(arguments[1]), CallSites::fromInterpretedCode, seen[0], seconds);
            call(1, Integer.parseInt(arguments[2]), CallSites::fromCompiledCode, seen[1], seconds);
        }
        for (int site = 0; site < seen.length; site++) {
            System.out.println(Long.toHexString(offset(site, 0)) + " " + Long.toHexString(offset(site, 1)));
        }
    }

    private static void makeUntilStdinEnds() throws Exception {
        Thread end = new Thread(() -> {
            try {
                System.in.read();
            } catch (IOException closed) {
                // The end, too.
            }
        });
        end.start();
        long calls = 0;
        while (end.isAlive()) {
            release(0);
            fromInterpretedCode(PORTION);
            calls++;
            Thread.sleep(1);
        }
        System.out.println(calls * PORTION);
    }

    private static void call(int site, int threads, IntConsumer nativeCode, CountDownLatch seen, int seconds)
            throws InterruptedException {
        Thread caller = new Thread(() -> nativeCode.accept(threads), "caller-" + site);
        caller.start();
        boolean inTime = seen.await(seconds, TimeUnit.SECONDS);
        release(site);
        caller.join();
        if (!inTime) {
            System.out.println("the recording has no Java frames of call site " + site);
        }
    }

    private static void fromInterpretedCode(int threads) {
        first(threads);
    }

    private static void fromCompiledCode(int threads) {
        second(threads, 0);
    }
}
