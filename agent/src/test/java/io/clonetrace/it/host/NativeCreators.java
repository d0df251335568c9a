package io.clonetrace.it.host;

import com.sun.jna.NativeLibrary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;

/**
 * An application whose libraries make threads. It prints {@code READY} and its pid, and waits for a line on stdin
 * before each of its acts and its end.
 */
public final class NativeCreators {
    private static final int DEPTH = 5;

    private NativeCreators() {}

    /** @return the number of threads */
    private static native int pool(int threads);

    private static native int stdThreads(int threads);

    /**
     * @param arguments the folder of the libraries, and acts: {@code jni:2}, {@code jna:2}, {@code std:2},
     *     {@code load:2}
     */
    public static void main(String[] arguments) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        Path folder = Path.of(arguments[0]);
        System.load(folder.resolve("libcreators.so").toString());
        if (folder.resolve("libcreatorsxx.so").toFile().exists()) {
            System.load(folder.resolve("libcreatorsxx.so").toString());
        }
        NativeLibrary jna =
                NativeLibrary.getInstance(folder.resolve("libcreators.so").toString());
        System.out.println("READY " + ProcessHandle.current().pid());
        for (int i = 1; i < arguments.length; i++) {
            input.readLine();
            String[] words = arguments[i].split(":");
            act(DEPTH, folder, jna, words[0], Integer.parseInt(words[1]));
            System.out.println("DONE " + arguments[i]);
        }
        input.readLine();
    }

    private static void act(int depth, Path folder, NativeLibrary jna, String what, int threads) {
        if (depth > 0) {
            act(depth - 1, folder, jna, what, threads);
            return;
        }
        switch (what) {
            case "jni" -> pool(threads);
            case "std" -> stdThreads(threads);
            case "jna" -> jna.getFunction("creators_pool").invokeInt(new Object[] {threads});
            case "load" -> System.load(folder.resolve("libconstructor.so").toString());
            default -> throw new IllegalArgumentException(what);
        }
    }
}
