package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Attached;
import io.clonetrace.it.process.CpuQuota;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.Started;
import java.nio.file.Path;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A JVM and the commands that attach to it, in a container that gets a twentieth of a processor. */
class SlowMachineIT {
    private static final int PERCENT = 5;
    private static final int THREADS = 23;

    /** Which takes longer than a minute; the tracer is a JVM, too. */
    @Test
    @Tag("long")
    void attachReturnsWithTheSourceHoweverLongThatTakes() throws Exception {
        Application application = new Application(Jdk.current(), Artifacts.folder("slow-attach"));
        Path recording = application.folder().resolve("app.jfr");
        Attached jvm = Attached.to(application);
        try (Run app = jvm.app();
                CpuQuota quota =
                        CpuQuota.make("clonetrace-slow-" + app.process().pid(), PERCENT)) {
            quota.limit(app.process().toHandle());
            Run attach = jvm.start("attach", jvm.pid(), "attach", "source=ptrace", "record=" + recording);
            quota.limit(attach.process().toHandle());
            assertEquals(0, attach.exitStatus(), attach.stderr());
            OneLine.said(attach, "ptrace observes the clones; recording " + recording);
            Application.tell(app, THREADS);
            Application.awaitStarted(app, THREADS);
            quota.lift();
            Application.end(app);
        }
        Recorded recorded = Recorded.read(recording);
        RecordedEvent status = recorded.status("ptrace");
        assertEquals("stopped", status.getString("state"), status::toString);
        assertEquals(0, status.getLong("lost"), status::toString);
        assertEquals(THREADS, Started.count(recorded.named("clonetrace.ThreadStart")));
        assertEquals(THREADS, Started.count(recorded.clones("java")));
    }
}
