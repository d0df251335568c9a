package io.clonetrace.report.text;

import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.summary.CreationTree;
import io.clonetrace.report.summary.CreationTree.Group;
import java.util.List;
import java.util.Locale;

/** Who created whom, in groups of threads: a few, and how many more there are. */
final class CreationTreeText {
    private static final int ROWS = 15;
    private static final int DEPTH = 4;
    private static final int EACH = 5;
    private static final int LONGEST_NAME = 40;

    private final TerminalText out;
    private int printed;

    CreationTreeText(TerminalText out) {
        this.out = out;
    }

    /** Nothing if one thread created all others: the creators say that already. */
    void print(CreationTree tree) {
        List<Group> creating = tree.roots().stream()
                .filter(group -> !group.created().isEmpty())
                .toList();
        if (creating.isEmpty()
                || creating.size() == 1
                        && creating.get(0).threads().size() == 1
                        && creating.get(0).created().stream()
                                .allMatch(created -> created.created().isEmpty())) {
            return;
        }
        out.blank();
        out.line(out.paint(Ink.HEAD, "threads  alive  who created whom"));
        print(creating, 0);
    }

    private void print(List<Group> groups, int depth) {
        int shown = 0;
        for (Group group : groups) {
            if (printed >= ROWS || shown >= EACH) {
                break;
            }
            shown++;
            printed++;
            print(group, depth);
            if (!group.created().isEmpty() && depth + 1 < DEPTH) {
                print(group.created(), depth + 1);
            } else if (group.below() > 0) {
                below(depth + 1, group.below());
            }
        }
        long more = groups.stream()
                .skip(shown)
                .mapToLong(group -> group.threads().size() + group.below())
                .sum();
        if (more > 0) {
            below(depth, more);
        }
    }

    private void print(Group group, int depth) {
        String site = group.origin().map(origin -> " at " + origin.site()).orElse("");
        out.wrapped(
                String.format(
                                Locale.ROOT,
                                "%7s  %5s  ",
                                Amounts.count(group.threads().size()),
                                Amounts.count(group.alive()))
                        + indent(depth),
                PlainText.clean(PlainText.begin(group.pattern(), LONGEST_NAME) + " (" + group.kind() + ")" + site));
    }

    private void below(int depth, long threads) {
        out.line(" ".repeat("threads  alive  ".length()) + indent(depth) + "and " + Amounts.count(threads)
                + (threads == 1 ? " more thread" : " more threads"));
    }

    private static String indent(int depth) {
        return "  ".repeat(depth);
    }
}
