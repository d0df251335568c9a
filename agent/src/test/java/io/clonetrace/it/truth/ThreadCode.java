package io.clonetrace.it.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Attached;
import io.clonetrace.it.process.Run;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The bytecode of java.lang.Thread as a JVM runs it, read from its memory by HotSpot's serviceability agent, which
 * neither asks the JVM nor transforms a class.
 *
 * @param klass the address of HotSpot's InstanceKlass; once the class has been redefined, its name leads to an older
 *     one
 */
public record ThreadCode(Attached jvm, String klass) {
    private static final Pattern ADDRESS = Pattern.compile("java/lang/Thread @(0x[0-9a-f]+)");

    /** Finds it in a JVM that never redefined it. */
    public static ThreadCode find(Attached jvm) throws IOException, InterruptedException {
        Matcher address = ADDRESS.matcher(debug(jvm, jvm.folder(), "class java.lang.Thread"));
        assertTrue(address.find());
        return new ThreadCode(jvm, address.group(1));
    }

    /** Each method's code by signature, without the numbers of the constant pool. */
    public Map<String, String> read(String name) throws IOException, InterruptedException {
        Path folder = Files.createDirectory(jvm.folder().resolve(name));
        debug(jvm, folder, "dumpclass " + klass + " " + folder);
        Path code = folder.resolve("java/lang/Thread.class");
        Run javap = Run.toEnd(folder, "javap", List.of(jvm.jdk().tool("javap"), "-c", "-p", code.toString()));
        assertEquals(0, javap.exitStatus());
        Map<String, String> methods = new TreeMap<>();
        for (String method : javap.stdout().split("\n\n")) {
            String[] parts = method.split("\n", 2);
            methods.put(parts[0].strip(), parts.length < 2 ? "" : parts[1].replaceAll("#\\d+,? *(\\d+)? +", " "));
        }
        assertTrue(methods.toString().contains("start0"));
        return methods;
    }

    private static String debug(Attached jvm, Path folder, String command) throws IOException, InterruptedException {
        Run debugger = Run.start(folder, "clhsdb", List.of(jvm.jdk().tool("jhsdb"), "clhsdb", "--pid", "" + jvm.pid()));
        try (Writer input = debugger.process().outputWriter()) {
            input.write(command + "\nquit\n");
        }
        debugger.exitStatus();
        return debugger.stdout();
    }
}
