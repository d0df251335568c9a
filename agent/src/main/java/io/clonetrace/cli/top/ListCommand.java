package io.clonetrace.cli.top;

import io.clonetrace.cli.output.TerminalLayout;
import io.clonetrace.report.json.Json;
import io.clonetrace.report.text.PlainText;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code clonetrace list}. */
@Command(
        name = "list",
        description = "Lists the running JVMs of this user, as root those of all users: threads, the nearest limit on"
                + " threads, and the program. Nothing is sent to them.",
        mixinStandardHelpOptions = true)
public final class ListCommand implements Callable<Integer> {
    private static final int PID = 8;
    private static final int THREADS = 9;
    private static final int LIMIT = 34;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "an array of objects: pid, program, user, threads, limit, used, max")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        List<RunningJvm> jvms = RunningJvm.all();
        if (json) {
            Json.write(jvms.stream().map(RunningJvm::json).toList(), out);
            return 0;
        }
        if (jvms.isEmpty()) {
            spec.commandLine().getErr().println("clonetrace: no JVM is running that this user may look at");
            return 0;
        }
        int width = TerminalLayout.ofStdout(TerminalLayout.Colour.never).columns();
        out.println(row(width, "pid", "threads", "nearest limit", "program"));
        jvms.forEach(jvm -> out.println(
                row(width, Integer.toString(jvm.pid()), Integer.toString(jvm.threads()), jvm.limit(), jvm.program())));
        return 0;
    }

    private static String row(int width, String pid, String threads, String limit, String program) {
        ScreenLine line = new ScreenLine(
                        Math.max(width, PID + THREADS + LIMIT + PlainText.columns(PlainText.clean(program))))
                .add(Numbers.right(pid, PID))
                .add(Numbers.right(threads, THREADS))
                .add("  " + limit)
                .to(PID + THREADS + LIMIT)
                .add(program);
        return line.toString();
    }
}
