package io.clonetrace.it.program;

import io.clonetrace.it.host.Matrices;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Run;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** A program that works in fork-join pools: EJML's matrices. */
public record MatrixProgram() implements ForeignProgram {
    @Override
    public String name() {
        return "ejml";
    }

    @Override
    public List<String> arguments() {
        String path = String.join(
                File.pathSeparator,
                Artifacts.TEST_CLASSES.toString(),
                Artifacts.program("ejml-core"),
                Artifacts.program("ejml-ddense"));
        return List.of("-cp", path, Matrices.class.getName());
    }

    @Override
    public Work connect(Run run) throws IOException {
        Clients.awaitPrinted(run, Pattern.compile("(ready)"));
        AtomicInteger rounds = new AtomicInteger();
        return () -> {
            int round = rounds.incrementAndGet();
            Writer input = run.process().outputWriter();
            input.write(round + "\n");
            input.flush();
            return Clients.awaitPrinted(run, Pattern.compile("round " + round + ": (\\S+)\n"));
        };
    }
}
