package io.clonetrace.it.host;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.implementation.FixedValue;
import net.bytebuddy.matcher.ElementMatchers;

/** An application that uses its own JNA and Byte Buddy, and prints which ones it got. */
public final class HostLibraries {
    private HostLibraries() {}

    /** The C library, as the application declares it. */
    public interface LibC extends Library {
        /** getpid(2). */
        int getpid();
    }

    /** Prints what must be the same with the agent, and one line, {@code tid}, that always differs. */
    public static void main(String[] arguments) throws Exception {
        properties("before");
        LibC libC = Native.load("c", LibC.class);
        System.out.println(
                "jna " + Native.class.getPackage().getImplementationVersion() + " from " + place(Native.class));
        System.out.println("getpid " + (libC.getpid() == ProcessHandle.current().pid()));
        properties("after");

        Object made = new ByteBuddy()
                .subclass(Object.class)
                .method(ElementMatchers.named("toString"))
                .intercept(FixedValue.value("made by the host"))
                .make()
                .load(HostLibraries.class.getClassLoader())
                .getLoaded()
                .getDeclaredConstructor()
                .newInstance();
        System.out.println("byte buddy from " + place(ByteBuddy.class) + ": " + made);

        Thread thread = new Thread(HostLibraries::printTid, "host");
        thread.start();
        thread.join();
    }

    private static void printTid() {
        try {
            System.out.println("tid "
                    + Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName());
        } catch (IOException noProc) {
            throw new UncheckedIOException(noProc);
        }
    }

    /** The digits of the path are those of a temporary file. */
    private static void properties(String when) {
        for (String name : new String[] {"jna.loaded", "jna.platform.library.path", "jnidispatch.path"}) {
            String value = System.getProperty(name);
            System.out.println(when + " " + name + "=" + (value == null ? null : value.replaceAll("\\d{3,}", "N")));
        }
    }

    private static String place(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .getFileName()
                .toString();
    }
}
