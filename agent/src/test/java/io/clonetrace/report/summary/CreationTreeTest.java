package io.clonetrace.report.summary;

import static io.clonetrace.report.SyntheticEvent.at;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.report.SyntheticEvent;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.JvmBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class CreationTreeTest {
    private static final String START = "java.lang.Thread.start:809";

    private final JvmBuilder builder = new JvmBuilder();

    private void made(long time, int tid, int parentTid, String name) {
        builder.add(at(time, "clonetrace.Clone")
                .with("kind", "native")
                .with("childId", -1L)
                .with("childTid", tid)
                .with("childName", name)
                .with("observedAt", SyntheticEvent.ORIGIN + time * 1_000_000)
                .with("parentTid", parentTid));
    }

    private static String text(List<CreationTree.Group> groups) {
        return groups.stream()
                .map(group -> group.threads().size() + " " + group.pattern()
                        + (group.created().isEmpty() ? "" : " " + text(group.created())))
                .toList()
                .toString();
    }

    private String tree() {
        Jvm jvm = builder.build();
        return text(CreationTree.of(jvm).roots());
    }

    @Test
    void groupsOfThreadsAreBelowTheirCreators() {
        builder.add(SyntheticEvent.started(10, 20, "main-1", 1, START, "com.acme.Main.main:5"));
        for (int i = 0; i < 13; i++) {
            builder.add(SyntheticEvent.started(20 + i, 30 + i, "worker-" + i, 20, START, "com.acme.Pool.grow:7"));
        }
        made(50, 5_000, 1_030, "blas");
        made(51, 5_001, 1_031, "blas");
        assertEquals("[1 main-* [13 worker-* [2 blas]]]", tree());
    }

    @Test
    void workersThatMakeWorkersAreOneGroup() {
        for (int i = 0; i < 1_009; i++) {
            builder.add(SyntheticEvent.started(20 + i, 30 + i, "worker-" + i, 29 + i, START, "com.acme.Pool.grow:7"));
        }
        assertEquals("[1009 worker-*]", tree());
    }

    @Test
    void tidThatIsUsedAgainIsTheThreadThatHadItThen() {
        made(10, 500, 1, "first");
        made(20, 600, 500, "of-first");
        made(30, 500, 1, "second");
        made(40, 601, 500, "of-second");
        assertEquals("[1 first [1 of-first], 1 second [1 of-second]]", tree());
    }

    @Test
    void idsThatRunInACircleEnd() {
        builder.add(SyntheticEvent.started(10, 20, "a", 21, START, "com.acme.A.a:1"));
        builder.add(SyntheticEvent.started(10, 21, "b", 20, START, "com.acme.B.b:1"));
        assertEquals("[1 a [1 b]]", tree());
    }
}
