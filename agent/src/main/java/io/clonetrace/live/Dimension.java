package io.clonetrace.live;

/** What threads are grouped by. */
public enum Dimension {
    SITE("site", "created at"),
    GROUP("name", "name"),
    LIBRARY("library", "native library"),
    KIND("kind", "kind"),
    LOADER("loader", "context class loader");

    private final String key;
    private final String heading;

    Dimension(String key, String heading) {
        this.key = key;
        this.heading = heading;
    }

    /** Its name in options and in JSON. */
    public String key() {
        return key;
    }

    /** The heading of its column. */
    public String heading() {
        return heading;
    }

    /** The next one, the first after the last. */
    public Dimension next() {
        return values()[(ordinal() + 1) % values().length];
    }
}
