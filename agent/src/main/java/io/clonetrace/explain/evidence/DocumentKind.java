package io.clonetrace.explain.evidence;

/** What a text is recognised as. */
public enum DocumentKind {
    HS_ERR("hs_err", "HotSpot's error file"),
    /** Its first lines, which are printed on the console. */
    FATAL_ERROR("fatal-error", "HotSpot's message about a fatal error"),
    CONSOLE("console", "messages on a console"),
    JAVACORE("javacore", "OpenJ9's javacore"),
    THREAD_DUMP("thread-dump", "thread dump"),
    LIMITS("limits", "limits"),
    KERNEL_LOG("kernel-log", "the kernel's log"),
    NATIVE_MEMORY("native-memory", "native memory summary"),
    MAPPINGS("mappings", "mappings of a process"),
    CALL_LOG("call-log", "a log of system calls");

    private final String key;
    private final String label;

    DocumentKind(String key, String label) {
        this.key = key;
        this.label = label;
    }

    /** For machines. */
    public String key() {
        return key;
    }

    /** For people. */
    public String label() {
        return label;
    }
}
