package io.clonetrace.fleet.sql;

import io.clonetrace.fleet.spark.SparkTables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/**
 * How long an engine takes for each question; run by scripts/bench/fleet.sh. Arguments: the folder of tables,
 * {@code duck} or {@code spark}, the threads that it may use, and how often each question is asked. Prints a line each:
 * the turn, the question, milliseconds, rows. What the first turn reads from disk, later ones find in the system's
 * memory.
 */
public final class QuestionTimes {
    private QuestionTimes() {}

    private interface Engine extends AutoCloseable {
        int rows(String sql) throws IOException;

        @Override
        void close() throws IOException;
    }

    public static void main(String[] arguments) throws IOException {
        Path tables = Path.of(arguments[0]);
        int threads = Integer.parseInt(arguments[2]);
        long opened = System.nanoTime();
        try (Engine engine = arguments[1].equals("duck") ? duck(tables, threads) : spark(tables, threads)) {
            print(0, "opening", opened, 0);
            for (int turn = 1; turn <= Integer.parseInt(arguments[3]); turn++) {
                for (Question question : Question.all()) {
                    long asked = System.nanoTime();
                    int rows = engine.rows(question.sql());
                    print(turn, question.name(), asked, rows);
                }
            }
        }
    }

    private static void print(int turn, String what, long since, int rows) {
        System.out.printf(Locale.ROOT, "%d\t%s\t%.1f\t%d%n", turn, what, (System.nanoTime() - since) / 1e6, rows);
    }

    private static Engine duck(Path tables, int threads) throws IOException {
        FleetDatabase database = FleetDatabase.open(tables);
        database.ask("SET threads = " + threads);
        return new Engine() {
            @Override
            public int rows(String sql) throws IOException {
                return database.ask(sql).rows().size();
            }

            @Override
            public void close() throws IOException {
                database.close();
            }
        };
    }

    private static Engine spark(Path tables, int threads) throws IOException {
        SparkSession spark = SparkSession.builder()
                .master("local[" + threads + "]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 2L * threads)
                .getOrCreate();
        SparkTables.open(spark, tables.toString());
        return new Engine() {
            @Override
            public int rows(String sql) {
                return spark.sql(sql).collectAsList().size();
            }

            @Override
            public void close() {
                spark.stop();
            }
        };
    }
}
