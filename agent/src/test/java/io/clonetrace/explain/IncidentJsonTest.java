package io.clonetrace.explain;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class IncidentJsonTest {
    @Test
    void eachNumberHasItsPlace() throws IOException {
        StringBuilder json = new StringBuilder();
        IncidentJson.write(new Explained().file("hserr/hs-17-guard.txt").incident(), json);
        String flat = json.toString().replaceAll("\\s+", " ");

        assertTrue(
                flat.contains("\"kind\": \"hs-err\", \"form\": null, \"recognisedByLine\": 1")
                        || flat.contains("\"kind\": \"hs_err\", \"form\": null, \"recognisedByLine\": 1"),
                flat);
        assertTrue(
                flat.contains("\"name\": \"vm.max_map_count\", \"unlimited\": false, \"max\": 65530, \"maxPlace\": {"
                        + " \"input\": \"hs-17-guard.txt\", \"firstLine\": 9, \"lastLine\": 9 }, \"used\": 65100,"
                        + " \"usedAtLeast\": true"),
                flat);
        assertTrue(flat.contains("\"operation\": \"guardZone\", \"errno\": null, \"bytes\": 16384"), flat);
        assertTrue(flat.contains("\"rule\": \"failed-starts\", \"severity\": \"problem\""), flat);
    }
}
