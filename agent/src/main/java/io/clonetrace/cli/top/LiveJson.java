package io.clonetrace.cli.top;

import io.clonetrace.live.Dimension;
import io.clonetrace.live.LiveLimit;
import io.clonetrace.live.LiveRow;
import io.clonetrace.live.LiveSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A snapshot for machines. Keys and units are an interface: bytes, nanoseconds since the epoch, seconds, processors.
 */
final class LiveJson {
    private LiveJson() {}

    static Map<String, Object> of(String program, long pid, LiveSnapshot snapshot, Dimension by, List<LiveRow> rows) {
        LiveRow total = snapshot.total();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("time", snapshot.at());
        json.put("pid", pid);
        json.put("program", program);
        json.put("started", snapshot.started());
        json.put("since", snapshot.began());
        json.put("cpu", orNull(snapshot.cpu()));
        json.put("threads", total.alive() + snapshot.pending());
        json.put("pending", snapshot.pending());
        json.put("created", total.created());
        json.put("processes", snapshot.processes());
        json.put("failedStarts", snapshot.failedStarts());
        json.put("refusedClones", snapshot.refusedClones());
        json.put("source", snapshot.source());
        json.put("limits", snapshot.limits().stream().map(LiveJson::limit).toList());
        json.put(
                "kinds",
                snapshot.rows(Dimension.KIND).stream()
                        .map(row -> row("kind", row))
                        .toList());
        json.put("by", by.key());
        json.put("rows", rows.stream().map(row -> row(by.key(), row)).toList());
        json.put("notices", snapshot.notices());
        return json;
    }

    private static Map<String, Object> limit(LiveLimit limit) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("limit", limit.name());
        json.put("used", limit.used());
        json.put("max", limit.max());
        json.put("secondsLeft", orNull(limit.secondsLeft()));
        json.put("location", limit.location());
        return json;
    }

    private static Map<String, Object> row(String key, LiveRow row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(key, row.value());
        json.put("created", row.created());
        json.put("createdPerSecond", rounded(row.perSecond()));
        json.put("endedPerSecond", rounded(row.endedPerSecond()));
        json.put("alive", row.alive());
        json.put("growth", row.growth());
        json.put("touched", row.touched() < 0 ? null : row.touched());
        json.put("unmeasured", row.unmeasured());
        json.put("cpu", orNull(row.cpu()));
        return json;
    }

    private static Double orNull(double number) {
        return number < 0 ? null : Double.valueOf(rounded(number));
    }

    private static double rounded(double number) {
        final double thousandths = 1_000;
        return Math.round(number * thousandths) / thousandths;
    }
}
