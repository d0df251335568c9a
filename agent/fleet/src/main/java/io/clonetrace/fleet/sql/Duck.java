package io.clonetrace.fleet.sql;

import io.clonetrace.linux.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.duckdb.DuckDBDriver;

/** The embedded engine. */
public final class Duck {
    /** How DuckDB passes on what the operating system said. */
    private static final Pattern INNER = Pattern.compile("\"exception_message\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    private Duck() {}

    /**
     * A private database in memory.
     *
     * @param memory how much DuckDB may use beside Java's heap, in MiB; what needs more is written to the temporary
     *     folder
     * @throws IOException if its native library can't be loaded, saying what to do
     */
    public static Connection open(long memory) throws IOException {
        Path temporary = TemporaryFolder.path();
        try {
            Connection duck = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
            try (Statement settings = duck.createStatement()) {
                settings.execute("SET memory_limit = '" + memory + "MiB'");
                settings.execute("SET temp_directory = "
                        + literal(temporary
                                .resolve("clonetrace-duckdb-"
                                        + ProcessHandle.current().pid())
                                .toString()));
                // Only what lies in the folder is read: no extension is fetched.
                settings.execute("SET autoinstall_known_extensions = false");
                settings.execute("SET TimeZone = 'UTC'");
            }
            return duck;
        } catch (SQLException refused) {
            throw failure(refused);
        } catch (LinkageError | RuntimeException unloadable) {
            throw new IOException(
                    "DuckDB's native library can't be loaded from " + DuckLoader.libraries() + " (" + cause(unloadable)
                            + "); if that is mounted noexec, give another folder: TMPDIR=DIR, or java -Djava.io.tmpdir=DIR",
                    unloadable);
        }
    }

    /** Why the library was refused, without its name and the thread that a NoClassDefFoundError adds. */
    private static String cause(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return message.replaceFirst("^.*\\.so: ", "").replaceFirst(" \\[in thread .*]$", "");
    }

    /** A text as SQL has it. */
    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** What DuckDB says, as a failure of one line. */
    public static IOException failure(SQLException refused) {
        String message = String.valueOf(refused.getMessage());
        Matcher inner = INNER.matcher(message);
        if (inner.find()) {
            message = inner.group(1).replaceAll("\\\\(.)", "$1");
        }
        return new IOException(message.lines().findFirst().orElse(message), refused);
    }
}
