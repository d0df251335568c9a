package io.clonetrace.cli;

import io.clonetrace.agent.options.AgentOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code clonetrace agent-options}: the options that {@code -javaagent:} takes. */
@Command(
        name = "agent-options",
        description = "Prints the options of -javaagent:clonetrace.jar.",
        mixinStandardHelpOptions = true)
final class AgentHelpCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().getOut().print(AgentOption.help());
        spec.commandLine().getOut().flush();
    }
}
