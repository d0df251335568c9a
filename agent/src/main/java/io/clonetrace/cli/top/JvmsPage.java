package io.clonetrace.cli.top;

import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.text.Ink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The list of JVMs to choose one from. */
final class JvmsPage {
    private static final int PID = 9;
    private static final int THREADS = 9;
    private static final int GROWTH = 9;
    private static final int LIMIT = 32;

    private final Selection selection = new Selection();
    private final Map<Integer, Integer> first = new HashMap<>();
    private List<RunningJvm> jvms = List.of();
    private int room = 1;

    /** Takes in who is there now. */
    void update(List<RunningJvm> now) {
        jvms = now;
        now.forEach(jvm -> first.putIfAbsent(jvm.pid(), jvm.threads()));
    }

    List<ScreenLine> draw(Canvas canvas) {
        List<ScreenLine> lines = new ArrayList<>();
        lines.add(canvas.line().add(Ink.HEAD, "clonetrace top").add("  " + Amounts.counted(jvms.size(), "JVM")));
        lines.add(head(canvas));
        room = Math.max(1, canvas.height() - lines.size() - 1);
        selection.fit(jvms.stream().map(RunningJvm::pid).toList(), room);
        for (int i = selection.top(); i < Math.min(jvms.size(), selection.top() + room); i++) {
            ScreenLine line = line(canvas, jvms.get(i), growth(jvms.get(i)));
            lines.add(i == selection.index() ? line.marked() : line);
        }
        if (jvms.isEmpty()) {
            lines.add(canvas.line().add("no JVM of this user is running"));
        }
        while (lines.size() < canvas.height() - 1) {
            lines.add(canvas.line());
        }
        while (lines.size() >= canvas.height() && !lines.isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        lines.add(canvas.line().add(Ink.FAINT, "up and down choose  Enter follows the JVM  q quit"));
        return lines;
    }

    private int growth(RunningJvm jvm) {
        return jvm.threads() - first.getOrDefault(jvm.pid(), jvm.threads());
    }

    static ScreenLine head(Canvas canvas) {
        return canvas.line()
                .add(
                        Ink.FAINT,
                        Numbers.right("pid", PID) + Numbers.right("threads", THREADS) + Numbers.right("growth", GROWTH)
                                + "  nearest limit")
                .to(PID + THREADS + GROWTH + LIMIT)
                .add(Ink.FAINT, "program");
    }

    static ScreenLine line(Canvas canvas, RunningJvm jvm, int growth) {
        ScreenLine line = canvas.line()
                .add(Numbers.right(Integer.toString(jvm.pid()), PID))
                .add(Numbers.right(Amounts.count(jvm.threads()), THREADS))
                .add(growth > 0 ? Ink.WARNING : Ink.NONE, Numbers.right(Amounts.change(growth), GROWTH))
                .add("  " + jvm.limit())
                .to(PID + THREADS + GROWTH + LIMIT);
        return line.addEnd(jvm.program());
    }

    /** Takes a key: the pid that was chosen; empty if none was. */
    OptionalInt key(Key key) {
        if (!selection.key(key, room) && key.name() == Key.Name.ENTER && !jvms.isEmpty()) {
            return OptionalInt.of(jvms.get(selection.index()).pid());
        }
        return OptionalInt.empty();
    }
}
