package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.tools.attach.VirtualMachine;
import io.clonetrace.it.host.Starter;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Attached;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.JvmHoldings;
import io.clonetrace.it.truth.Started;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attaching and detaching again and again leaves no more in the JVM than the first time did. */
class AttachRoundsIT {
    private static final int FIRST = 2;
    private static final int ROUNDS = 20;
    private static final int THREADS = 13;

    /** What HotSpot keeps for each redefinition of Thread; the agent's own classes take 3 MiB. */
    private static final long METASPACE_A_ROUND = 160 << 10;

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void nothingGrowsOverManyRoundsOfAttachAndDetach(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("attach-rounds-" + jdk);
        Attached jvm = Attached.to(new Application(jdk, folder));
        try (Run app = jvm.app()) {
            rounds(jvm, 0, FIRST);
            JvmHoldings first = JvmHoldings.of(jvm);
            rounds(jvm, FIRST, ROUNDS + FIRST);
            JvmHoldings last = JvmHoldings.settled(jvm, first);
            assertFalse(last.isMoreThan(first), first + ", later " + last);
            long grown = last.metaspace() - first.metaspace();
            assertTrue(grown < ROUNDS * METASPACE_A_ROUND, grown + " bytes of metaspace in " + ROUNDS + " rounds");
            Application.end(app);
            assertEquals(Starter.STATUS, app.exitStatus());
        }
    }

    /** What the commands do, done in this JVM: two more JVMs a round would take most of the time. */
    private static void rounds(Attached jvm, int from, int to) throws Exception {
        String source = OrdinaryUser.isRoot() ? "ebpf" : "none";
        for (int round = from; round < to; round++) {
            Path recording = jvm.folder().resolve("round-" + round + ".jfr");
            load(jvm, "source=" + source + ",record=" + recording);
            Application.tell(jvm.app(), THREADS);
            Application.awaitStarted(jvm.app(), THREADS * (round + 1));
            load(jvm, "detach");
            Recorded recorded = Recorded.read(recording);
            assertEquals(THREADS, Started.count(recorded.named("clonetrace.ThreadStart")));
            if (!source.equals("none")) {
                assertEquals(THREADS, Started.count(recorded.clones("java")));
            }
        }
    }

    private static void load(Attached jvm, String options) throws Exception {
        Path answer = Files.writeString(jvm.folder().resolve("answer"), "");
        VirtualMachine vm = VirtualMachine.attach(Long.toString(jvm.pid()));
        try {
            vm.loadAgent(jvm.jar().toString(), "answer=" + answer + "," + options);
        } finally {
            vm.detach();
        }
        String said = Files.readString(answer);
        assertTrue(said.startsWith("done\n"), said);
    }
}
