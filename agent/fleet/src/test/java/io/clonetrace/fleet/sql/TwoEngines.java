package io.clonetrace.fleet.sql;

import io.clonetrace.fleet.spark.SparkTables;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** One folder of tables, asked by DuckDB and by Spark; answers in one form. */
public final class TwoEngines implements AutoCloseable {
    private static final MathContext DIGITS = new MathContext(12);

    private final FleetDatabase duck;
    private final SparkSession spark;

    public TwoEngines(Path byDuck, Path bySpark) throws IOException {
        duck = FleetDatabase.open(byDuck);
        spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.log.level", "WARN")
                // The tables are tiny: what Spark does for large ones takes longer than the questions.
                .config("spark.sql.shuffle.partitions", 2)
                .config("spark.sql.adaptive.enabled", false)
                .config("spark.sql.codegen.wholeStage", false)
                .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
                .config("spark.sql.session.timeZone", "UTC")
                .getOrCreate();
        SparkTables.open(spark, bySpark.toString());
    }

    public List<List<Object>> byDuck(String sql) throws IOException {
        return duck.ask(sql).rows().stream().map(TwoEngines::alike).toList();
    }

    public List<List<Object>> bySpark(String sql) {
        List<List<Object>> rows = new ArrayList<>();
        for (Row row : spark.sql(sql.replaceFirst(";\\s*$", "")).collectAsList()) {
            List<Object> values = new ArrayList<>();
            for (int column = 0; column < row.size(); column++) {
                values.add(row.get(column));
            }
            rows.add(alike(values));
        }
        return rows;
    }

    /** Engines give a sum of integers, or an average, other Java types; a timestamp is one text in both. */
    private static List<Object> alike(List<Object> row) {
        return row.stream().map(TwoEngines::alike).toList();
    }

    private static Object alike(Object value) {
        if (value == null) {
            return "NULL";
        }
        if (value instanceof BigInteger || value instanceof Number && !(value instanceof BigDecimal)) {
            return number(new BigDecimal(value.toString()));
        }
        if (value instanceof BigDecimal number) {
            return number(number);
        }
        return value instanceof java.sql.Timestamp time ? time.toLocalDateTime().toString() : value.toString();
    }

    private static Object number(BigDecimal number) {
        return number.round(DIGITS).stripTrailingZeros().toPlainString();
    }

    @Override
    public void close() throws IOException {
        duck.close();
        spark.stop();
    }
}
