package io.clonetrace.report.model;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What a recording says of its JVM and of the system that it runs on. */
final class Identity {
    /** What {@code java.vm.name} is in a program that GraalVM compiled ahead of time. */
    private static final String NATIVE_IMAGE = "Substrate VM";

    /** Part of what it is in OpenJ9, {@code Eclipse OpenJ9 VM} or {@code IBM J9 VM}. */
    private static final String J9 = "J9 VM";

    private static final String SYSTEM = "OS:";
    private static final String UNAME = "uname:";

    private JvmName name = JvmName.UNKNOWN;
    private boolean nativeImage;
    private boolean openJ9;
    private String version;
    private String host;
    private String osVersion;

    void jvm(Event event) {
        name = new JvmName(
                Optional.empty(),
                event.number("pid"),
                event.time("jvmStartTime"),
                JvmName.mainClass(event.text("javaArguments")));
        version = event.text("jvmVersion");
        String vm = event.text("jvmName");
        nativeImage = NATIVE_IMAGE.equals(vm);
        openJ9 = vm != null && vm.contains(J9);
    }

    void os(Event event) {
        osVersion = event.text("osVersion");
    }

    void environment(Event event) {
        String value = event.text("value");
        if ("HOSTNAME".equals(event.text("key")) && !JvmName.REDACTED.equals(value)) {
            host = value;
        }
    }

    JvmName name() {
        return new JvmName(Optional.ofNullable(host), name.pid(), name.started(), name.mainClass());
    }

    /** Whether two recordings that say this are of one JVM. */
    boolean isSame(Identity other) {
        return name().isSame(other.name()) && (name.pid() >= 0 || Objects.equals(version, other.version));
    }

    /** By how much the starts of the JVM differ in two recordings, in nanoseconds. */
    long distance(Identity other) {
        return Math.abs(name.started() - other.name.started());
    }

    /** Whether it is no HotSpot but a program that GraalVM compiled ahead of time. */
    boolean isNativeImage() {
        return nativeImage;
    }

    /** Whether it is no HotSpot but OpenJ9. */
    boolean isOpenJ9() {
        return openJ9;
    }

    /** Without the vendor's build line. */
    Optional<String> version() {
        return Optional.ofNullable(version).map(text -> text.replaceFirst("(?s) for .*", ""));
    }

    /** {@code Linux 6.12.0 x86_64}; without a line of uname(2), as on Windows, what there is instead. */
    Optional<String> kernel() {
        return line(UNAME).map(uname -> uname.replaceFirst(" #.* ", " ")).or(() -> lines().findFirst());
    }

    /** {@code glibc 2.36}. */
    Optional<String> libc() {
        return line("libc:").map(libc -> libc.replaceFirst(" NPTL.*", ""));
    }

    /** {@code Debian GNU/Linux 12 (bookworm)}: of os-release, of lsb-release, or the line of a redhat-release. */
    Optional<String> distribution() {
        return line("PRETTY_NAME=")
                .or(() -> line("DISTRIB_DESCRIPTION="))
                .or(() -> line(UNAME)
                        .flatMap(uname -> lines().findFirst())
                        .filter(line -> line.indexOf('=') < 0 && !line.startsWith(UNAME)))
                .map(name -> name.replace("\"", ""));
    }

    private Optional<String> line(String start) {
        return lines().filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .filter(line -> !line.isEmpty())
                .findFirst();
    }

    /** JDK 11 has the first of them behind {@code OS:}, and no blank behind {@code uname:}. */
    private Stream<String> lines() {
        return osVersion == null
                ? Stream.empty()
                : osVersion
                        .lines()
                        .map(line -> (line.startsWith(SYSTEM) ? line.substring(SYSTEM.length()) : line)
                                .strip()
                                .replaceAll(" +", " "))
                        .filter(line -> !line.isEmpty());
    }
}
