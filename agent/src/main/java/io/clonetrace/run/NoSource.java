package io.clonetrace.run;

import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;

/** {@code --source none}: sees nothing. */
final class NoSource implements CloneSource {
    @Override
    public SourceKind kind() {
        return SourceKind.NONE;
    }

    @Override
    public void start() {}

    @Override
    public boolean poll(CloneSink sink) {
        return false;
    }

    @Override
    public long lostRecords() {
        return 0;
    }

    @Override
    public String lossReason() {
        return null;
    }

    @Override
    public void stop() {}
}
