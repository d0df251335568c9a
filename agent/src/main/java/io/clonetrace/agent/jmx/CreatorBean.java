package io.clonetrace.agent.jmx;

import io.clonetrace.clone.TaskKind;
import java.util.function.Function;

/**
 * The values of one creator.
 *
 * @param kind whose threads
 * @param name of the creator
 */
record CreatorBean(ThreadsBean threads, TaskKind kind, String name) implements CreatorMXBean {
    @Override
    public String getCreator() {
        return name;
    }

    @Override
    public String getKind() {
        return kind.label();
    }

    @Override
    public Long getCreated() {
        return now(CreatorCount::getCreated);
    }

    @Override
    public Long getAlive() {
        return now(CreatorCount::getAlive);
    }

    @Override
    public Long getReserved() {
        return now(CreatorCount::getReserved);
    }

    @Override
    public Long getTouched() {
        return now(CreatorCount::getTouched);
    }

    private Long now(Function<CreatorCount, Long> number) {
        CreatorCount count = threads.creator(kind, name);
        return count == null ? null : number.apply(count);
    }
}
