package io.clonetrace.report.model;

import java.util.Optional;

/** What a recording says of its JVM and of the system that it runs on. */
final class Identity {
    private JvmName name = JvmName.UNKNOWN;
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
    }

    void os(Event event) {
        osVersion = event.text("osVersion");
    }

    void environment(Event event) {
        if ("HOSTNAME".equals(event.text("key"))) {
            host = event.text("value");
        }
    }

    JvmName name() {
        return new JvmName(Optional.ofNullable(host), name.pid(), name.started(), name.mainClass());
    }

    /** Without who built it, and when. */
    Optional<String> version() {
        return Optional.ofNullable(version).map(text -> text.replaceFirst("(?s) for .*", ""));
    }

    /** {@code Linux 6.12.0 x86_64}. */
    Optional<String> kernel() {
        return line("uname: ").map(uname -> uname.replaceFirst(" #.* ", " "));
    }

    /** {@code glibc 2.36}. */
    Optional<String> libc() {
        return line("libc: ").map(libc -> libc.replaceFirst(" NPTL.*", ""));
    }

    /** {@code Debian GNU/Linux 12 (bookworm)}. */
    Optional<String> distribution() {
        return line("PRETTY_NAME=").map(name -> name.replace("\"", ""));
    }

    private Optional<String> line(String start) {
        return osVersion == null
                ? Optional.empty()
                : osVersion
                        .lines()
                        .filter(line -> line.startsWith(start))
                        .map(line -> line.substring(start.length()).strip())
                        .filter(line -> !line.isEmpty())
                        .findFirst();
    }
}
