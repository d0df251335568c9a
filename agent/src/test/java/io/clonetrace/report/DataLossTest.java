package io.clonetrace.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.model.CloneTable;
import io.clonetrace.report.model.Event.ThreadRef;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.JvmBuilder;
import io.clonetrace.report.summary.AtLeast;
import io.clonetrace.report.summary.Creator;
import io.clonetrace.report.summary.KindCount;
import io.clonetrace.report.summary.Tally;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Where JFR dropped events (jdk.DataLoss), an event that is not there may be one of them. */
class DataLossTest {
    private static final AtLeast ALL = new AtLeast(true, true, true, true);

    private final JvmBuilder builder = new JvmBuilder();

    private void started(long at, long id) {
        builder.add(SyntheticEvent.started(at, id, "t", 1, "com.acme.Main.main:3"));
    }

    private void lost(long at, long bytes) {
        builder.add(SyntheticEvent.at(at, "jdk.DataLoss").with("amount", bytes));
    }

    private void listed(long at, long id) {
        builder.add(SyntheticEvent.at(at, "jdk.ThreadAllocationStatistics")
                .with("thread", new ThreadRef(id, id + 1000, "t", "main")));
    }

    private static String lives(Jvm jvm) {
        return jvm.threads().stream()
                .collect(Collectors.toMap(row -> row.javaId(), row -> row.life(), (one, other) -> one, TreeMap::new))
                .toString();
    }

    /** 20 ended, 21 was started before the loss, 22 after it. */
    private Jvm startsAndEnds(long bytes) {
        started(1, 20);
        started(2, 21);
        builder.add(SyntheticEvent.ended(3, 20, "t"));
        lost(5, bytes);
        started(7, 22);
        return builder.build();
    }

    @Test
    void aThreadWithoutAnEndLivesOnlyIfItWasStartedAfterTheLoss() {
        assertEquals("{20=ENDED, 21=NOT_RECORDED, 22=ALIVE}", lives(startsAndEnds(100)));
    }

    @Test
    void nothingIsDoubtedIfNothingWasLost() {
        assertEquals("{20=ENDED, 21=ALIVE, 22=ALIVE}", lives(startsAndEnds(0)));
    }

    @Test
    void eachFigureIsALowerBound() {
        Jvm jvm = startsAndEnds(100);

        KindCount all = KindCount.application(List.of(jvm));
        assertEquals(List.of(3L, -1L, 1L, 2L), List.of(all.created(), all.before(), all.alive(), all.peak()));
        assertEquals(ALL, all.atLeast());
        Tally site = Creator.of(jvm).get(0).tally();
        assertEquals(List.of(3L, 1L), List.of(site.created(), site.alive()));
        assertEquals(ALL, site.atLeast());
        assertEquals(OptionalLong.empty(), site.growth());
        String text = String.join("\n", Recordings.report(new Fleet(List.of(jvm), 1, List.of(), new CloneTable())));
        assertTrue(text.contains("at least 3  at least 1       -"), text);
        assertTrue(text.contains("java           at least 3                -  at least 1  at least 2\n"), text);
    }

    @Test
    void aThreadThatIsListedAfterTheLossLives() {
        started(1, 20);
        started(2, 21);
        listed(4, 20);
        listed(4, 21);
        lost(5, 100);
        listed(9, 21);
        builder.enabled("jdk.ThreadEnd");

        assertEquals("{20=NOT_RECORDED, 21=ALIVE}", lives(builder.build()));
    }

    @Test
    void aThreadThatIsNotListedEndedOnlyIfTheListWasMadeAfterTheLoss() {
        started(1, 20);
        lost(2, 100);
        listed(3, 21);
        assertEquals("{20=ENDED, 21=ALIVE}", lives(builder.build()));

        lost(4, 100);
        assertEquals("{20=NOT_RECORDED, 21=ALIVE}", lives(builder.build()));
    }

    @Test
    void aThreadWithoutAStartLivedBeforeOnlyIfItWasSeenThen() {
        listed(1, 20);
        lost(2, 100);
        started(3, 21);
        builder.add(SyntheticEvent.ended(4, 22, "t"));

        KindCount all = KindCount.application(List.of(builder.build()));
        assertEquals(1, all.before());
        assertEquals(1, all.created());
    }

    /** What is not known to have ended is not known to have lived on. */
    @Test
    void thePeakCountsNoThreadBeyondWhatIsKnown() {
        for (int thread = 0; thread < 7; thread++) {
            started(10 * thread, 20 + thread);
        }
        builder.enabled("jdk.ThreadEnd");
        lost(100, 100);
        started(200, 40);

        assertEquals(1, KindCount.application(List.of(builder.build())).peak());
    }
}
