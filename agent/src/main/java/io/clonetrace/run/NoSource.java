package io.clonetrace.run;

import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;

/** {@code --source none}: nobody looks. */
final class NoSource implements CloneSource {
    @Override
    public String name() {
        return "none";
    }

    @Override
    public void start() {}

    @Override
    public boolean poll(CloneSink sink) {
        return false;
    }

    @Override
    public long damaged() {
        return 0;
    }

    @Override
    public String lost() {
        return null;
    }

    @Override
    public void stop() {}
}
