package io.clonetrace.explain.evidence;

/**
 * What a text says of the process or machine, for people.
 *
 * @param value hostile input
 */
public record Fact(Name name, String value, Place place) {
    /** What it is about. */
    public enum Name {
        PID("pid"),
        JVM("JVM"),
        MAIN_CLASS("main class"),
        KERNEL("kernel"),
        LIBC("C library"),
        DISTRIBUTION("distribution"),
        CONTAINER("container"),
        TIME("time"),
        UPTIME("uptime"),
        USER("user"),
        UNIT("systemd unit"),
        /** HotSpot's address and nid of its first system thread, which no other JVM is likely to share. */
        FIRST_THREAD("thread \"Reference Handler\""),
        /** What a JVM says that ended it. */
        ERROR("error"),
        /** The value is the text's words about a seccomp filter, such as {@code Seccomp: 2}. */
        SECCOMP("seccomp");

        private final String label;

        Name(String label) {
            this.label = label;
        }

        /** For people. */
        public String label() {
            return label;
        }
    }
}
