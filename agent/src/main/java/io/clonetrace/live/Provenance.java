package io.clonetrace.live;

/**
 * What the tables group threads by. Threads with equal ones are counted together, so that what is kept does not grow
 * with the number of threads that were ever created.
 *
 * @param kind java, vm, native or agent; {@link #UNKNOWN} if it was not observed
 * @param site the call site, or the native function, that created it; {@link #EARLIER} for a thread that was already
 *     running; {@link #UNKNOWN} if it was not observed
 * @param group what its name has in common with others ({@link io.clonetrace.report.model.NamePattern})
 * @param library the native library that created it; {@link #UNKNOWN} for Java's, and if it was not observed
 * @param loader the context class loader that it started with; {@link #UNKNOWN} if it was not observed
 */
public record Provenance(String kind, String site, String group, String library, String loader) {
    /** What was not observed, and what does not apply. */
    public static final String UNKNOWN = "-";

    /** The site of threads that were running before they were followed. */
    public static final String EARLIER = "(already running)";

    /** Stands for all that there is no more room for. */
    static final Provenance OTHERS = new Provenance(UNKNOWN, "(others)", "(others)", "(others)", "(others)");

    /** Its value in that dimension. */
    public String by(Dimension dimension) {
        return switch (dimension) {
            case SITE -> site;
            case GROUP -> group;
            case LIBRARY -> library;
            case KIND -> kind;
            case LOADER -> loader;
        };
    }
}
