package io.clonetrace.fleet.spark;

import io.clonetrace.fleet.export.PartIndex;
import io.clonetrace.fleet.sql.Views;
import io.clonetrace.fleet.table.Column;
import io.clonetrace.fleet.table.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A folder of tables as views of a Spark session: the same as those that DuckDB has. */
public final class SparkTables {
    private SparkTables() {}

    /**
     * Makes the views, for this session.
     *
     * @throws IOException if it is no folder of tables, or one of another version
     */
    public static void open(SparkSession spark, String folder) throws IOException {
        Path root = new Path(folder);
        FileSystem files = root.getFileSystem(spark.sparkContext().hadoopConfiguration());
        Path version = new Path(root, PartIndex.VERSION);
        if (!files.exists(version)) {
            throw new IOException(folder + " holds no tables: export recordings into it first");
        }
        String own = PartIndex.version("parquet");
        try (var in = files.open(version)) {
            String found = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            if (!found.equals(own)) {
                throw new IOException(folder + " holds tables of version and format " + found.strip()
                        + ", and this clonetrace-fleet.jar reads " + own.strip() + " on Spark");
            }
        }
        for (Table table : Table.values()) {
            Path rows = new Path(root, table.sqlName());
            StructType schema = schema(table);
            Dataset<Row> all = files.exists(rows)
                    ? spark.read().schema(schema).parquet(rows.toString())
                    : spark.createDataFrame(java.util.List.of(), schema);
            all.createOrReplaceTempView(Views.rows(table));
        }
        Views.statements().forEach(spark::sql);
    }

    /** The columns, and then the partition's: as Parquet has them, each may be NULL. */
    private static StructType schema(Table table) {
        StructType schema = new StructType();
        for (Column column : table.columns()) {
            schema = schema.add(column.name(), type(column.type()));
        }
        return schema.add("day", DataTypes.DateType).add("host", DataTypes.StringType);
    }

    private static DataType type(Column.Type type) {
        return switch (type) {
            case BOOLEAN -> DataTypes.BooleanType;
            case BIGINT -> DataTypes.LongType;
            case DOUBLE -> DataTypes.DoubleType;
            case TEXT -> DataTypes.StringType;
            case TIMESTAMP -> DataTypes.TimestampNTZType;
        };
    }
}
