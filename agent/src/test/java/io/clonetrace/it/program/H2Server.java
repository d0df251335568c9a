package io.clonetrace.it.program;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Run;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;

/** An SQL database: H2, which makes a thread for each connection. */
public record H2Server() implements ForeignProgram {
    private static final int CONNECTIONS = 101;
    private static final Pattern PORT = Pattern.compile("tcp://\\S+:(\\d+)");

    @Override
    public String name() {
        return "h2";
    }

    @Override
    public List<String> arguments() {
        return List.of("-cp", Artifacts.program("h2"), "org.h2.tools.Server", "-tcp", "-tcpPort", "0", "-ifNotExists");
    }

    @Override
    public Work connect(Run run) throws Exception {
        String database = "jdbc:h2:tcp://localhost:" + Clients.awaitPrinted(run, PORT) + "/mem:field";
        URL jar = Path.of(Artifacts.program("h2")).toUri().toURL();
        // Its driver is a library of the host, not on the tests' class path.
        Driver driver = (Driver) new URLClassLoader(new URL[] {jar})
                .loadClass("org.h2.Driver")
                .getDeclaredConstructor()
                .newInstance();
        return () -> {
            // The database lives while a connection is open.
            try (Connection keeper = driver.connect(database, new Properties())) {
                ask(keeper, "create table numbers(n bigint primary key, name varchar)");
                String rows = Clients.all(CONNECTIONS, number -> {
                    try (Connection connection = driver.connect(database, new Properties())) {
                        ask(connection, "insert into numbers values(" + number + ", repeat('x', " + number + "))");
                        return ask(connection, "select n, length(name) from numbers where n = " + number);
                    }
                });
                return rows + ask(keeper, "select count(*), sum(n * length(name)) from numbers");
            }
        };
    }

    private static String ask(Connection connection, String sql) throws Exception {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return statement.getUpdateCount() + " rows";
            }
            ResultSet rows = statement.getResultSet();
            StringBuilder answer = new StringBuilder();
            while (rows.next()) {
                answer.append(rows.getLong(1)).append(' ').append(rows.getLong(2));
            }
            return answer.toString();
        }
    }
}
