package io.clonetrace.fleet.export;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A recording to export.
 *
 * @param path as it was given
 * @param labels of its JVMs
 */
record FoundRecording(Path path, Map<String, String> labels) {
    /**
     * The recording of a path.
     *
     * @param given labels for all; one of the path with the same name is more special
     */
    static FoundRecording of(Path path, Map<String, String> given) {
        Map<String, String> labels = new LinkedHashMap<>(given);
        Path folder = path.getParent();
        if (folder != null) {
            for (Path name : folder) {
                String text = name.toString();
                int equals = text.indexOf('=');
                if (equals > 0 && equals < text.length() - 1) {
                    labels.put(text.substring(0, equals), text.substring(equals + 1));
                }
            }
        }
        return new FoundRecording(path, labels);
    }

    /** Its name in the tables. */
    String name() {
        return path.toString();
    }
}
