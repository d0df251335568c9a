package io.clonetrace.report.summary;

import static io.clonetrace.report.SyntheticEvent.ended;
import static io.clonetrace.report.SyntheticEvent.frame;
import static io.clonetrace.report.SyntheticEvent.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.SyntheticEvent;
import io.clonetrace.report.model.Event.ThreadRef;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.JvmBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CreatorTest {
    private static final String START = "java.lang.Thread.start:809";
    private static final String ADD = "java.util.concurrent.ThreadPoolExecutor.addWorker:945";
    private static final String NETTY = "io.netty.util.concurrent.ThreadPerTaskExecutor.execute:32";

    private final JvmBuilder builder = new JvmBuilder();

    private Jvm built() {
        builder.enabled("jdk.ThreadEnd");
        return builder.build();
    }

    @Test
    void applicationsFrameIsTheSiteAndTheLibrarysStandsBesideIt() {
        builder.add(started(
                1, 31, "nioEventLoopGroup-2-1", 1, START, NETTY, "com.acme.Dao.query:17", "com.acme.Main.main:5"));
        Creator creator = Creator.of(built()).get(0);
        assertEquals(frame("com.acme.Dao.query:17"), creator.site());
        assertEquals(Optional.of(frame(NETTY)), creator.library());
        assertEquals(List.of(new NameCount("nioEventLoopGroup-*-*", 1)), creator.names());
    }

    @Test
    void twoCallersOfOneLibraryAreTwoCreators() {
        for (int i = 0; i < 7; i++) {
            builder.add(started(i, 100 + i, "n-" + i, 1, START, NETTY, "com.acme.Leaky.query:17"));
            builder.add(started(i, 200 + i, "m-" + i, 1, START, NETTY, "com.acme.Good.query:23"));
            builder.add(ended(100 + i, 200 + i, "m-" + i));
        }
        List<Creator> creators = Creator.of(built());
        assertEquals(
                List.of("com.acme.Leaky.query:17", "com.acme.Good.query:23"),
                creators.stream().map(creator -> creator.site().toString()).toList());
        assertEquals(
                List.of(7L, 0L),
                creators.stream().map(one -> one.tally().alive()).toList());
    }

    @Test
    void callersOfOneHelperAreApartOnlyIfTheirThreadsDiffer() {
        String[] helper = {START, "com.acme.Threads.spawn:9"};
        for (int i = 0; i < 7; i++) {
            builder.add(started(i, 100 + i, "w", 1, helper[0], helper[1], "com.acme.A.run:1", "com.acme.Main.main:5"));
            builder.add(started(i, 200 + i, "w", 1, helper[0], helper[1], "com.acme.B.run:2", "com.acme.Main.main:5"));
        }
        assertEquals(1, Creator.of(built()).size());

        JvmBuilder differing = new JvmBuilder();
        differing.enabled("jdk.ThreadEnd");
        for (int i = 0; i < 7; i++) {
            differing.add(
                    started(i, 100 + i, "w", 1, helper[0], helper[1], "com.acme.A.run:1", "com.acme.Main.main:5"));
            differing.add(
                    started(i, 200 + i, "w", 1, helper[0], helper[1], "com.acme.B.run:2", "com.acme.Main.main:5"));
            differing.add(ended(300, 200 + i, "w"));
        }
        List<Creator> creators = Creator.of(differing.build());
        assertEquals(
                List.of(Optional.of(frame("com.acme.A.run:1")), Optional.of(frame("com.acme.B.run:2"))),
                creators.stream().map(Creator::caller).toList());
    }

    @Test
    void workersThatWorkersMadeBelongToTheCreatorsCreator() {
        String[] worker = {
            START, ADD, "java.util.concurrent.ThreadPoolExecutor.processWorkerExit:1021", "java.lang.Thread.run:833"
        };
        builder.add(started(1, 31, "pool-1-thread-1", 1, START, ADD, "com.acme.Work.submit:8"));
        builder.add(started(2, 37, "pool-1-thread-2", 31, worker));
        builder.add(started(3, 41, "pool-1-thread-3", 37, worker));
        List<Creator> creators = Creator.of(built());
        assertEquals(1, creators.size());
        assertEquals(3, creators.get(0).tally().created());
        assertEquals(frame("com.acme.Work.submit:8"), creators.get(0).site());
        assertTrue(creators.get(0).inherited());
    }

    @Test
    void threadsThatOnlyTheJdkMadeHaveNoCreatorAndAGroup() {
        builder.add(started(1, 31, "pool-1-thread-1", 1, START, ADD));
        Jvm jvm = built();
        assertEquals(List.of(), Creator.of(jvm));
        assertEquals(
                List.of("pool-*-thread-*"),
                NameGroup.of(jvm).stream().map(NameGroup::pattern).toList());
    }

    @Test
    void processHasTheCallSiteOfItsStart() {
        builder.add(SyntheticEvent.at(1, "clonetrace.Clone")
                .with("kind", "process")
                .with("childId", -1)
                .with("childTid", 71)
                .with("childName", "main")
                .with("syscall", "vfork")
                .with("observedAt", SyntheticEvent.ORIGIN + 1_000_000));
        builder.add(SyntheticEvent.at(3, "jdk.ProcessStart")
                .with("pid", 71)
                .with("command", "/usr/bin/convert --password secret")
                .by(1, "main")
                .trace("java.lang.ProcessBuilder.start:1110", "com.acme.Images.resize:40"));
        Jvm jvm = built();
        Creator creator = Creator.of(jvm).get(0);
        assertEquals(TaskKind.PROCESS, creator.kind());
        assertEquals("com.acme.Images.resize:40", creator.label());
        assertEquals(List.of(new NameCount("convert", 1)), creator.names());
        assertEquals(1, jvm.threads().size());
    }

    @Test
    void agentsOwnChildIsNoProcessOfTheApplications() {
        builder.add(SyntheticEvent.at(3, "jdk.ProcessStart")
                .with("pid", 4711L)
                .with("command", "/usr/lib/jvm/bin/java -jar clonetrace.jar trace")
                .by(1, "main")
                .trace(
                        "java.lang.ProcessBuilder.start:1089",
                        "io.clonetrace.trace.child.ChildJvm.start:35",
                        "io.clonetrace.agent.source.Observation.start:90"));
        assertEquals(List.of(), Creator.of(builder.build()));
    }

    @Test
    void attachedNativeThreadIsOneThread() {
        builder.add(SyntheticEvent.at(1, "clonetrace.Clone")
                .with("kind", "native")
                .with("childId", -1)
                .with("childTid", 1031)
                .with("syscall", "clone3")
                .with("observedAt", SyntheticEvent.ORIGIN + 1_000_000));
        for (int attach = 0; attach < 3; attach++) {
            long id = 31 + attach;
            ThreadRef thread = new ThreadRef(id, 1031, "callback-" + attach, "main");
            builder.add(
                    SyntheticEvent.at(5_000 + 100 * attach, "jdk.ThreadStart").with("thread", thread));
            builder.add(SyntheticEvent.at(5_050 + 100 * attach, "jdk.ThreadEnd").with("thread", thread));
        }
        builder.add(SyntheticEvent.at(6_000, "clonetrace.ThreadStack")
                .with("threadId", -1)
                .with("tid", 1031)
                .with("name", "worker")
                .with("kind", "native")
                .with("moment", "periodic")
                .with("base", 0x7000));
        Jvm jvm = built();
        assertEquals(1, jvm.threads().size(), jvm.threads()::toString);
        assertEquals("native", jvm.threads().get(0).kindLabel());
        assertEquals("ALIVE", jvm.threads().get(0).life().name());
    }

    @Test
    void threadCaughtWhileStartingIsNoSecondThread() {
        builder.add(started(1_000, 31, "worker-1", 1, START, "com.acme.Main.main:5"));
        builder.add(SyntheticEvent.at(1_001, "clonetrace.ThreadStack")
                .with("threadId", -1)
                .with("tid", 1031)
                .with("name", "main")
                .with("moment", "periodic")
                .with("base", 0x7000));
        Jvm jvm = built();
        assertEquals(1, jvm.threads().size());
        assertEquals("worker-1", jvm.threads().get(0).name());
    }
}
