package io.clonetrace.fleet.export;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A recording to export.
 *
 * @param path as it was given
 * @param labels of its JVMs
 */
public record FoundRecording(Path path, Map<String, String> labels) {
    /**
     * The recording of a path.
     *
     * @param given labels for all; a folder's label of the same name takes precedence
     */
    static FoundRecording of(Path path, Map<String, String> given) {
        return new FoundRecording(path, labels(path.toString(), given));
    }

    /** The labels of a recording with this path or URI, whose folders may be called {@code KEY=VALUE}. */
    public static Map<String, String> labels(String path, Map<String, String> given) {
        Map<String, String> labels = new LinkedHashMap<>(given);
        String[] names = path.split("/");
        for (int index = 0; index < names.length - 1; index++) {
            int equals = names[index].indexOf('=');
            if (equals > 0 && equals < names[index].length() - 1) {
                labels.put(names[index].substring(0, equals), names[index].substring(equals + 1));
            }
        }
        return labels;
    }

    /**
     * Its name in the tables: the path. If a text can't hold that, because its bytes are no characters in this locale,
     * its URI, so that two such files have different names.
     */
    String name() {
        String name = path.toString();
        try {
            if (Path.of(name).equals(path)) {
                return name;
            }
        } catch (InvalidPathException unmappable) {
            // As above.
        }
        return path.toUri().toString();
    }
}
