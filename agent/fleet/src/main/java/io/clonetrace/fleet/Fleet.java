package io.clonetrace.fleet;

import io.clonetrace.cli.output.ErrorLine;
import io.clonetrace.fleet.export.ExportCommand;
import io.clonetrace.fleet.page.OverviewCommand;
import io.clonetrace.fleet.sql.DuckLoader;
import io.clonetrace.fleet.sql.SqlCommand;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** {@code java -jar clonetrace-fleet.jar COMMAND}: exit status 0 done, 1 failed, 2 wrong usage. */
@Command(
        name = "clonetrace-fleet",
        description = "Recordings of many JVMs as tables, and questions to them in SQL.",
        mixinStandardHelpOptions = true,
        versionProvider = Fleet.Version.class,
        subcommands = {ExportCommand.class, SqlCommand.class, OverviewCommand.class})
public final class Fleet implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** The version in the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"clonetrace-fleet " + Fleet.class.getPackage().getImplementationVersion()};
        }
    }

    /** Runs a command and ends the JVM, the only way to an exit status. Other programs call {@link #run}. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /**
     * Runs a command; {@code clonetrace export} calls it.
     *
     * @return the exit status
     */
    public static int run(String[] arguments) {
        Optional<ClassLoader> loader = DuckLoader.ifNeeded();
        return loader.isPresent() ? run(arguments, loader.get()) : execute(arguments);
    }

    /** The same by these classes as another loader has them. */
    private static int run(String[] arguments, ClassLoader loader) {
        try {
            Class<?> there = loader.loadClass(Fleet.class.getName());
            return (int) there.getMethod("run", String[].class).invoke(null, (Object) arguments);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static int execute(String[] arguments) {
        CommandLine line = new CommandLine(new Fleet());
        line.setUsageHelpWidth(80);
        ErrorLine.install(line);
        return line.execute(arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
