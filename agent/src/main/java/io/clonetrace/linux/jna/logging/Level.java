package io.clonetrace.linux.jna.logging;

/** Stands in for {@code java.util.logging.Level}, whose constants are fields of their own class; see {@link Logger}. */
public final class Level {
    public static final Level SEVERE = new Level();
    public static final Level WARNING = new Level();
    public static final Level INFO = new Level();
    public static final Level FINE = new Level();
    public static final Level FINER = new Level();

    private Level() {}
}
