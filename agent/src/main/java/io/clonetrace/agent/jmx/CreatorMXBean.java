package io.clonetrace.agent.jmx;

/** One creator of threads, for tools that take the labels of their metrics from an MBean's name or attributes. */
@Description("Threads created by one call site, or by one native library. A number that was not observed is null.")
public interface CreatorMXBean {
    /** The creator. */
    @Description("The call site in the application (com.example.Pool.grow:37), or the native library (libfoo.so).")
    String getCreator();

    /** Whose threads. */
    @Description("java or native.")
    String getKind();

    /** Threads created. */
    @Description("Threads that it has created since threads are counted.")
    Long getCreated();

    /** Threads that live. */
    @Description("Threads of these that are alive.")
    Long getAlive();

    /** Bytes of their stacks. */
    @Description("Bytes of address space that the stacks of the live threads reserve.")
    Long getReserved();

    /** Bytes of their stacks in memory. */
    @Description("Bytes of these stacks that are in memory, at the last measure.")
    Long getTouched();
}
