package io.clonetrace.explain.limit;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files of a cgroup that say something of its limits (cgroup-v2.rst, cgroup-v1/pids.rst, cgroup-v1/memory.rst). */
enum CgroupFile {
    PIDS_MAX("pids.max"),
    PIDS_CURRENT("pids.current"),
    PIDS_PEAK("pids.peak"),
    PIDS_EVENTS("pids.events"),
    PIDS_EVENTS_LOCAL("pids.events.local"),
    MEMORY_MAX("memory.max"),
    MEMORY_LIMIT("memory.limit_in_bytes"),
    MEMORY_CURRENT("memory.current"),
    MEMORY_USAGE("memory.usage_in_bytes"),
    MEMORY_PEAK("memory.peak"),
    MEMORY_MAX_USAGE("memory.max_usage_in_bytes");

    private static final Map<String, CgroupFile> BY_NAME =
            Stream.of(values()).collect(Collectors.toMap(CgroupFile::file, Function.identity()));

    private final String file;

    CgroupFile(String file) {
        this.file = file;
    }

    static Optional<CgroupFile> of(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    String file() {
        return file;
    }
}
